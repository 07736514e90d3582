"""Stores a logo in a process that may not write files above one kilobyte; tells how it ended."""

from __future__ import annotations

import io
import os
import resource
import sys

import django


def main(folder: str) -> None:
    django.setup()
    from django.conf import settings  # noqa: PLC0415  (needs the set-up)
    from PIL import Image  # noqa: PLC0415

    from core.errors import DomainError  # noqa: PLC0415
    from settings_modules.organizations.models import Organization  # noqa: PLC0415
    from settings_modules.organizations.services.organizations import (  # noqa: PLC0415
        update_organization,
    )
    from tests.factories.pictures import sent  # noqa: PLC0415

    settings.MEDIA_ROOT = folder
    noise = Image.frombytes("RGB", (100, 100), os.urandom(30_000))
    file = io.BytesIO()
    noise.save(file, "PNG")
    organization = Organization.objects.get()
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
    try:
        update_organization(organization=organization, values={"logo": sent(file.getvalue())})
    except DomainError as error:
        print(error.code, error.status, error.field)


if __name__ == "__main__":
    main(sys.argv[1])
