"""What the simulator of commissions asks for and answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin.refusals import refusal_messages
from core.admin.widgets import AutocompleteSelect, Checkbox, DecimalInput, Select, TextInput
from core.errors import DomainError
from core.money import grouped_number
from core.registration_numbers.checking import checked_values
from core.registration_numbers.contact import checked_country, checked_currency
from settings_modules.commodities.enums import CommissionParty
from settings_modules.commodities.models import CommissionStructure, Commodity, TradeType, Unit
from settings_modules.commodities.selectors.applying_commissions import (
    Deal,
    applicable_commissions,
    applying_commission,
)
from settings_modules.commodities.selectors.commission_calculator import calculate_commission

#: Records that a plain list offers, and commissions that are named because they give way.
MOST_CHOICES, MOST_OUTRANKED = 200, 20
_PARTIES = [
    (CommissionParty.BUYER.value, CommissionParty.BUYER.label),
    (CommissionParty.SELLER.value, CommissionParty.SELLER.label),
]


class SimulatorForm(forms.Form):
    """A deal."""

    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=Decimal(0),
        max_digits=15,
        decimal_places=2,
        widget=DecimalInput(attrs={"step": "0.01"}),
    )
    currency = forms.CharField(
        label=_("Currency"), max_length=3, initial="INR", widget=TextInput(attrs={"dir": "ltr"})
    )
    party = forms.ChoiceField(label=_("Paid by"), choices=_PARTIES, widget=Select())
    commodity = forms.ModelChoiceField(
        Commodity.objects.all(), label=_("Commodity"), required=False
    )
    trade_type = forms.ModelChoiceField(
        TradeType.objects.all(), label=_("Trade type"), required=False, widget=Select()
    )
    country = forms.CharField(
        label=_("Country"), max_length=2, required=False, widget=TextInput(attrs={"dir": "ltr"})
    )
    quantity = forms.DecimalField(
        label=_("Quantity"),
        min_value=Decimal(0),
        max_digits=18,
        decimal_places=4,
        required=False,
        widget=DecimalInput(attrs={"step": "0.0001"}),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.all(), label=_("Unit"), required=False, widget=Select()
    )
    is_cross_border = forms.BooleanField(
        label=_("Across borders"), required=False, widget=Checkbox()
    )
    on = forms.DateField(
        label=_("On"),
        initial=timezone.localdate,
        widget=TextInput(attrs={"type": "date", "dir": "ltr"}),
    )

    def __init__(self, data: Any, *, page: Any) -> None:
        super().__init__(data)
        own: Any = CommissionStructure._meta.get_field("commodity")
        commodity: Any = self.fields["commodity"]
        commodity.widget = AutocompleteSelect(own, page.admin_site)
        commodity.widget.choices = commodity.choices
        for name in ("trade_type", "unit"):
            field: Any = self.fields[name]
            field.widget.choices = [("", "—"), *_choices(field.queryset)]

    def clean(self) -> dict[str, Any]:
        """ISO codes in their usual form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            checks = {"country": checked_country, "currency": checked_currency}
            return checked_values(cleaned, checks)
        except DomainError as error:
            for name, message in refusal_messages(error):
                self.add_error(name, message)
        return cleaned


def _choices(rows: QuerySet[Any]) -> list[tuple[int, str]]:
    return [(row.pk, str(row)) for row in rows.filter(is_active=True)[:MOST_CHOICES]]


@dataclass(frozen=True, slots=True)
class Simulated:
    """The answer: the commission with its page, what it comes to, how, and what gives way."""

    name: str
    url: str
    amount: str
    steps: list[str]
    outranked: list[tuple[str, str]]


def simulated(form: SimulatorForm, language: str) -> Simulated | None:
    """The answer; None when the form is not filled in, or none applies, which the form says."""
    if not form.is_valid():
        return None
    deal = Deal(**form.cleaned_data)
    try:
        commission = applying_commission(deal)
        calculation = calculate_commission(commission=commission, deal=deal)
    except DomainError as error:
        for name, message in refusal_messages(error):
            form.add_error(name if name in form.fields else None, message)
        return None
    others = applicable_commissions(deal).exclude(pk=commission.pk)[:MOST_OUTRANKED]
    return Simulated(
        commission.name,
        _page_of(commission),
        f"{grouped_number(calculation.amount)} {calculation.currency}",
        [step.text(language) for step in calculation.steps],
        [(one.name, _page_of(one)) for one in others],
    )


def _page_of(commission: CommissionStructure) -> str:
    return reverse("admin:commodities_commissionstructure_change", args=[commission.pk])
