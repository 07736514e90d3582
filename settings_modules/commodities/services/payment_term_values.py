"""What the values of a payment term must be before they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from core.errors import DomainError
from core.registration_numbers.checking import checked_values
from core.registration_numbers.contact import checked_currency
from settings_modules.commodities.enums import LetterOfCredit, PaymentMethod
from settings_modules.commodities.errors import LcMethodMissing, LcNotSupported, LcTypeRequired
from settings_modules.commodities.models import PaymentTerm

_ORDERS = {
    "lc_types_supported": LetterOfCredit.values,
    "payment_methods_supported": PaymentMethod.values,
}
_OF_LC = (
    *("supports_letter_of_credit", "lc_types_supported"),
    *("lc_confirmation_required", "payment_methods_supported"),
)


def checked_payment_values(values: dict[str, Any], stored: PaymentTerm) -> dict[str, Any]:
    """The values with the currency in its usual form, and lists without doubles in our order.

    `stored` is the row before the change, an unsaved one when it is new. Raises InvalidInput for
    a currency that is none; LcTypeRequired, LcNotSupported or LcMethodMissing with every field that
    does not go with the others in `details`.
    """
    given = checked_values(values, {"currency": checked_currency})
    for name in ("currency", "bank_charges_borne_by"):
        if name in given:
            given[name] = given[name] or ""
    for name, order in _ORDERS.items():
        if name in given:
            given[name] = _in_order(given[name] or [], order)
    if not given.keys().isdisjoint(_OF_LC):
        _refuse(_refusals({name: given.get(name, getattr(stored, name)) for name in _OF_LC}))
    return given


def _refuse(refusals: Iterable[DomainError]) -> None:
    """Raise the first, telling of all."""
    found = list(refusals)
    if found:
        found[0].details = [detail for error in found for detail in error.field_errors()]
        raise found[0]


def _in_order(chosen: Iterable[str], order: list[str]) -> list[str]:
    """Each once; what is none of ours comes last, where the field refuses it."""
    known = [str(value) for value in dict.fromkeys(chosen)]
    return [value for value in order if value in known] + [
        value for value in known if value not in order
    ]


def _refusals(values: dict[str, Any]) -> Iterator[DomainError]:
    methods = values["payment_methods_supported"]
    has_lc = PaymentMethod.LC in methods
    if values["supports_letter_of_credit"]:
        if not values["lc_types_supported"]:
            yield LcTypeRequired(field="lc_types_supported")
        if methods and not has_lc:
            yield LcMethodMissing(field="payment_methods_supported")
        return
    if values["lc_types_supported"]:
        yield LcNotSupported(field="lc_types_supported")
    if values["lc_confirmation_required"]:
        yield LcNotSupported(field="lc_confirmation_required")
    if has_lc:
        yield LcNotSupported(field="payment_methods_supported")
