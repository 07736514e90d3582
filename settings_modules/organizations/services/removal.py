"""Removing a row that nothing refers to."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import override

from core.errors import FieldError, StillInUse
from core.events.services import in_unit_of_work


@in_unit_of_work
def remove_unused(*, row: Any) -> None:
    """Remove the stored row, which the caller has locked; its key stays for the event.

    Raises StillInUse; its details name each kind of record that refers to the row, with how many.
    """
    key = row.pk
    try:
        row.delete()
    except (ProtectedError, RestrictedError) as error:
        held: Any = error
        found = getattr(held, "protected_objects", None) or held.restricted_objects
        raise StillInUse(details=_told(Counter(type(each) for each in found))) from error
    row.pk = key


def _told(counts: Counter[Any]) -> list[FieldError]:
    return [
        FieldError(
            field="",
            code="still_in_use",
            message=f"{_name_of(model, 'en')}: {count}",
            message_ar=f"{_name_of(model, 'ar')}: {count}",
        )
        for model, count in sorted(counts.items(), key=lambda each: each[0]._meta.label)
    ]


def _name_of(model: Any, language: str) -> str:
    with override(language):
        return str(model._meta.verbose_name_plural)
