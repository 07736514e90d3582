"""Changes to the terms of contracts, of every kind alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from core.editing.services import create_and_tell, editable, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from core.i18n import language_columns
from settings_modules.commodities.models import PaymentTerm, TermMaster
from settings_modules.commodities.services.payment_term_values import checked_payment_values

Term = TypeVar("Term", bound=TermMaster)

#: What a kind of terms has checked beyond its constraints: takes the values and the row before.
_CHECKS: dict[type[TermMaster], Callable[[dict[str, Any], Any], dict[str, Any]]] = {
    PaymentTerm: checked_payment_values
}


def term_fields(model: type[TermMaster]) -> tuple[str, ...]:
    """What people may edit of terms of that kind."""
    return (
        "code",
        *language_columns("name"),
        *language_columns("description"),
        *model.own_fields,
        "is_active",
    )


@in_unit_of_work
def create_term(*, model: type[Term], values: Mapping[str, Any]) -> Term:
    """A new term of the kind; emits `<its stream>.created`.

    Raises ValidationError, also for a name or a code that another one has; for payment terms what
    `checked_payment_values` raises.
    """
    return create_and_tell(row=model(**_given(model(), values)))


@in_unit_of_work
def update_term(
    *, term: Term, values: Mapping[str, Any], expected_version: int | None = None
) -> Term:
    """The term with the fields given; emits `<its stream>.updated` when something changed.

    Raises StaleVersion, and what `create_term` raises.
    """
    stored = lock_row(term, expected_version=expected_version)
    return update_and_tell(row=stored, values=_given(stored, values))


def _given(stored: TermMaster, values: Mapping[str, Any]) -> dict[str, Any]:
    """The editable values, without spaces around texts; no code is stored as none."""
    model = type(stored)
    given = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in editable(values, term_fields(model)).items()
    }
    if "code" in given:
        given["code"] = given["code"] or None
    check = _CHECKS.get(model)
    return check(given, stored) if check else given
