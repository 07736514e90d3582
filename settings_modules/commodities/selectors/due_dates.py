"""When what is due by a payment term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

from settings_modules.commodities.errors import DueDateOutOfRange
from settings_modules.commodities.models import PaymentTerm

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Instalment:
    """What is due on a day; `percent` is its share of the amount."""

    due_on: date
    percent: Decimal
    amount: Decimal


def instalments(*, term: PaymentTerm, invoice_date: date, amount: Decimal) -> list[Instalment]:
    """What is due when, of an amount above zero invoiced on that day; the parts add up to it.

    The advance is rounded half-up to two decimals, and the rest is what remains; a part of nothing
    is left out. Raises DueDateOutOfRange for a day beyond the calendar.
    """
    percent = term.payment_percentage or Decimal(0)
    with localcontext(prec=50):
        advance = (amount * percent / 100).quantize(_CENT, ROUND_HALF_UP)
    try:
        due_on = invoice_date + timedelta(days=term.days or 0)
    except OverflowError as error:
        raise DueDateOutOfRange(field="invoice_date") from error
    if due_on == invoice_date:
        return [Instalment(invoice_date, Decimal(100), amount)]
    parts = [
        Instalment(invoice_date, percent, min(advance, amount)),
        Instalment(due_on, 100 - percent, amount - min(advance, amount)),
    ]
    return [part for part in parts if part.amount]
