"""Somebody of the staff renames the only product: `python -m tests.e2e.rename_product NAME`."""

from __future__ import annotations

import sys

import django


def main(name: str) -> None:
    """Rename it as the admin does."""
    django.setup()
    from catalog.models import Product  # noqa: PLC0415  (settings must be loaded first)
    from catalog.services.products import update_product  # noqa: PLC0415

    update_product(product=Product.objects.get(), values={"name_en": name})


if __name__ == "__main__":
    main(sys.argv[1])
