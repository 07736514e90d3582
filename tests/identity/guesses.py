"""A process that tries wrong passwords: `python -m tests.identity.guesses COUNT`."""

from __future__ import annotations

import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.test import Client  # noqa: PLC0415  (settings must be ready)
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    from tests.identity.people import give_password  # noqa: PLC0415

    setup_test_environment()
    for _ in range(int(sys.argv[1])):
        print(give_password(Client(), password="wrong", REMOTE_ADDR="192.0.2.1").status_code)


if __name__ == "__main__":
    main()
