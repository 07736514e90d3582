"""Checking several fields at once: every wrong one is told, each with its own code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core.errors import DomainError, FieldError, InvalidInput

#: Takes what somebody wrote and returns it normalised; raises the coded error of what is wrong.
Check = Callable[[str], str]
Checks = Mapping[str, Check]


def refusal_of(check: Callable[[], object], field: str) -> DomainError | None:
    """What the check raises, put on the field; None when it finds nothing wrong."""
    try:
        check()
    except DomainError as error:
        error.field = field
        return error
    return None


def checked_values(
    values: Mapping[str, Any], checks: Checks, *, is_legacy: bool = False
) -> dict[str, Any]:
    """The values with each that has a check normalised; an empty one needs none.

    `is_legacy` leaves what a check refuses as it is written: it came from an older system, and
    `findings` tells about it. Raises InvalidInput with every refusal.
    """
    checked, refused = dict(values), []
    for field, check in checks.items():
        if not values.get(field):
            continue
        try:
            checked[field] = check(str(values[field]))
        except DomainError as error:
            error.field = field
            refused.append(error)
    if not is_legacy:
        refuse(refused)
    return checked


def refuse(refused: Iterable[DomainError | None]) -> None:
    """Raise InvalidInput with the errors that are there, if any."""
    details = [found for error in refused if error is not None for found in error.field_errors()]
    if details:
        raise InvalidInput(details=details)


def findings(values: Mapping[str, Any], checks: Checks) -> list[FieldError]:
    """What is wrong with stored values: warnings, for they are there already."""
    found = (
        refusal_of(lambda check=check, text=values[field]: check(str(text)), field)  # type: ignore[misc]
        for field, check in checks.items()
        if values.get(field)
    )
    return [wrong for error in found if error is not None for wrong in error.field_errors()]


def values_of(row: Any) -> dict[str, Any]:
    """The stored values of a row by field, references by key; not what the database computes."""
    stored = (field for field in row._meta.concrete_fields if not field.generated)
    return {field.name: getattr(row, field.attname) for field in stored}


def told(error: DomainError | None) -> list[FieldError]:
    """What an error tells of its field; nothing of none."""
    return [] if error is None else error.field_errors()
