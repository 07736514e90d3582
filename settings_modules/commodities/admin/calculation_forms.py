"""The forms of the converter and of the billing calculator."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.refusals import Refusal, refusing
from core.admin.widgets import Select, TextInput
from settings_modules.commodities.models import Commodity, Unit
from settings_modules.commodities.selectors.billing import (
    USUAL_CURRENCY,
    Billed,
    billing_units,
    calculate_billing,
)
from settings_modules.commodities.selectors.commodity_lookup import find_commodity
from settings_modules.commodities.selectors.conversion import Conversion, Scale
from settings_modules.commodities.selectors.units import resolve_unit, unit_catalogue

_NUMBER = {"dir": "ltr", "inputmode": "decimal", "autocomplete": "off"}


def _figure(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_digits=24, decimal_places=9, widget=TextInput(attrs=_NUMBER)
    )


def _unit_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=required, help_text=help_text, widget=Select())


def _choices() -> list[tuple[str, Any]]:
    """The units in use, grouped by what they measure; first nothing."""
    groups = [
        (
            str(group.dimension.label),
            [(unit.code, f"{unit.code} – {unit.name}") for unit in group.units],
        )
        for group in unit_catalogue()
    ]
    return [("", "—"), *groups]


class CalculationForm(forms.Form):
    """Units to choose from, and the commodity whose packagings count."""

    unit_fields: tuple[str, ...] = ()

    commodity = forms.CharField(
        label=gettext_lazy("Commodity"),
        required=False,
        max_length=200,
        widget=TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "Its code or its name. Empty: packages hold what they do by default."
        ),
    )
    on = forms.DateField(
        label=gettext_lazy("On"),
        required=False,
        widget=TextInput(attrs={"type": "date"}),
        help_text=gettext_lazy("The day whose packagings count. Empty: today."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = _choices()
        for name in self.unit_fields:
            field: Any = self.fields[name]
            field.choices = choices

    def clean_commodity(self) -> Commodity | None:
        """The commodity that is meant. Raises ValidationError when there is none."""
        asked = self.cleaned_data["commodity"]
        found = find_commodity(asked)
        if asked and found is None:
            raise forms.ValidationError(_("No commodity in use has this code or name."))
        return found

    @abstractmethod
    def result(self) -> Any:
        """What is calculated from the cleaned values; the service's refusals pass through."""

    def outcome(self) -> Any:
        """The result, or None when something is refused, which then stands on its field."""
        if not self.is_valid():
            return None
        try:
            with refusing():
                return self.result()
        except Refusal as refusal:
            refusal.mark(self)
            return None

    def scale(self) -> Scale:
        """How units measure the commodity on the day."""
        return Scale(self.cleaned_data["commodity"], on=self.cleaned_data["on"])


class ConverterForm(CalculationForm):
    """How much of which unit, and in which other."""

    unit_fields = ("unit", "to")
    field_order = ("quantity", "unit", "to", "commodity", "on")

    quantity = _figure(gettext_lazy("Quantity"))
    unit = _unit_field(gettext_lazy("Unit"))
    to = _unit_field(gettext_lazy("In"))

    def result(self) -> Conversion:
        """Raises QuantityNotPositive, UnitsIncompatible."""
        values = self.cleaned_data
        return self.scale().convert(
            values["quantity"],
            resolve_unit(values["unit"], field="unit"),
            resolve_unit(values["to"], field="to"),
        )


class BillingForm(CalculationForm):
    """A quantity and a rate, each in its unit; what the commodity says may be left out."""

    unit_fields = ("unit", "rate_unit")
    field_order = ("quantity", "unit", "rate", "rate_unit", "currency", "commodity", "on")

    quantity = _figure(gettext_lazy("Quantity"))
    unit = _unit_field(
        gettext_lazy("Unit"),
        required=False,
        help_text=gettext_lazy("Empty: the trade unit of the commodity."),
    )
    rate = _figure(gettext_lazy("Rate"))
    rate_unit = _unit_field(
        gettext_lazy("Rate is for one"),
        required=False,
        help_text=gettext_lazy("Empty: the rate unit of the commodity."),
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        required=False,
        max_length=3,
        widget=TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        help_text=gettext_lazy("Three letters. Empty: that of the commodity, or INR."),
    )

    def clean(self) -> dict[str, Any]:
        """Without a commodity both units are wanted."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("commodity") is None and "commodity" not in self.errors:
            for name in self.unit_fields:
                if name not in self.errors and not values.get(name):
                    self.add_error(name, _("Choose a unit, or name a commodity."))
        return values

    def result(self) -> Billed:
        """Raises QuantityNotPositive, RateNotPositive, UnitsIncompatible, CurrencyUnknown."""
        values = self.cleaned_data
        quantity: Decimal = values["quantity"]
        commodity: Commodity | None = values["commodity"]
        usual = None if commodity is None else billing_units(commodity)

        def unit(name: str, otherwise: Unit | None) -> Unit:
            chosen = values[name]
            if otherwise is not None and not chosen:
                return otherwise
            return resolve_unit(chosen, field=name)

        counted = unit("unit", usual.unit if usual else None)
        base = usual.base_unit if usual else resolve_unit(counted.base, field="unit")
        return calculate_billing(
            quantity=quantity,
            unit=counted,
            rate=values["rate"],
            rate_unit=unit("rate_unit", usual.rate_unit if usual else None),
            base_unit=base,
            currency=values["currency"].upper() or (usual.currency if usual else USUAL_CURRENCY),
            scale=self.scale(),
        )
