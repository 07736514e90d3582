"""Codes for locations that are given none."""

from __future__ import annotations

from django.db import connection
from django.utils.text import slugify

from core.events.services import in_unit_of_work
from core.i18n import translated
from settings_modules.locations.models import Location

_LONGEST = 32


@in_unit_of_work
def free_code(row: Location) -> str:
    """A code from the name, else from the kind, with the first free number when it is taken.

    One transaction at a time chooses, until it ends: two would choose the same.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('locations_location.code'))")
    stem = slugify(translated(row, "name", "en"))[:_LONGEST].strip("-") or str(row.kind)
    taken = set(Location.objects.filter(code__startswith=stem).values_list("code", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (stem, *numbered) if code not in taken)
