"""A price in other currencies, of other units and as cents per pound, on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.admin.badges import badge
from core.admin.directions import left_to_right
from core.admin.refusals import shown_text
from core.admin.widgets import DecimalInput, Select, TextInput
from core.errors import DomainError
from core.money import grouped_number
from settings_modules.commodities.exchange.currencies import MAJOR_CURRENCIES, all_currencies
from settings_modules.commodities.models import Unit
from settings_modules.commodities.selectors.exchange_rates import FoundRate, UsedRate
from settings_modules.commodities.selectors.prices import (
    Price,
    cents_per_pound,
    price_in_currencies,
)

if TYPE_CHECKING:
    from core.admin.base import BaseAdmin

_WEIGHT = "weight"
#: Further currencies that the page answers at once.
_SHOWN = MAJOR_CURRENCIES


class CalculatorForm(forms.Form):
    """What is asked. Units may be left out."""

    amount = forms.DecimalField(
        label=gettext_lazy("Price"),
        min_value=0,
        max_digits=27,
        decimal_places=12,
        widget=DecimalInput(),
    )
    base = forms.ChoiceField(label=gettext_lazy("In currency"), widget=Select())
    quote = forms.ChoiceField(
        label=gettext_lazy("To currency"),
        required=False,
        widget=Select(),
        help_text=gettext_lazy("Without one: every currency that has a rate."),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Per unit"), required=False, widget=Select())
    to_unit = forms.ChoiceField(label=gettext_lazy("To unit"), required=False, widget=Select())
    on = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=TextInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [(code, code) for code in all_currencies()]
        units = list(Unit.objects.filter(is_active=True).order_by("dimension", "code"))
        shown = [("", "—"), *((unit.code, f"{unit.code} · {unit.name}") for unit in units)]
        self.fields["base"].choices = codes  # type: ignore[attr-defined]
        self.fields["quote"].choices = [("", "—"), *codes]  # type: ignore[attr-defined]
        for name in ("unit", "to_unit"):
            self.fields[name].choices = shown  # type: ignore[attr-defined]
        self.weights = {unit.code for unit in units if unit.dimension == _WEIGHT}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure with the rates behind it."""

    what: str
    amount: str
    way: str
    mark: str


def calculator_page(model_admin: BaseAdmin, request: HttpRequest) -> HttpResponse:
    """The form, and below it what was worked out; for whoever may view exchange rates."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    is_asked = "amount" in request.GET
    form = CalculatorForm(request.GET if is_asked else None)
    lines: list[Line] = []
    refused: list[str] = []
    if is_asked and form.is_valid():
        try:
            lines, refused = _answers(form)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, shown_text(error))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Price calculator"),
        "opts": model_admin.opts,
        "form": form,
        "lines": lines,
        "refused": refused,
    }
    return TemplateResponse(request, "admin/price_calculator.html", context)


def _answers(form: CalculatorForm) -> tuple[list[Line], list[str]]:
    """The lines, and why some currencies have none."""
    asked = form.cleaned_data
    wanted = [asked["quote"]] if asked["quote"] else list(_SHOWN)
    prices = price_in_currencies(
        amount=asked["amount"],
        base=asked["base"],
        quotes=wanted,
        on=asked["on"],
        unit=asked["unit"],
        to_unit=asked["to_unit"],
    )
    lines = [_line(price, _named(price)) for price in prices.found]
    if asked["unit"] in form.weights:
        lines += _cents(asked)
    refused = [shown_text(error) for error in prices.refused.values()] if asked["quote"] else []
    return lines, refused


def _cents(asked: dict[str, Any]) -> list[Line]:
    """Cents per pound, unless there is no rate to the dollar or no pound among the units."""
    try:
        price = cents_per_pound(
            price=asked["amount"], currency=asked["base"], unit=asked["unit"], on=asked["on"]
        )
    except DomainError:
        return []
    return [_line(price, _("US cents per pound"))]


def _named(price: Price) -> str:
    return f"{price.currency} / {price.unit}" if price.unit else price.currency


def _line(price: Price, what: str) -> Line:
    way = " · ".join(_step(used) for used in price.rate.used)
    return Line(
        what, left_to_right(grouped_number(price.amount)), left_to_right(way), _mark(price.rate)
    )


def _step(used: UsedRate) -> str:
    inverse = "1 / " if used.is_inverse else ""
    day = date_format(used.valid_on, "SHORT_DATE_FORMAT")
    return f"{inverse}{used.base}/{used.quote} {used.rate:f} ({used.source}, {day})"


def _mark(rate: FoundRate) -> str:
    """How old the oldest rate behind the figure is."""
    if not rate.used:
        return badge(_("same currency"), "plain")
    days = max(used.age_days for used in rate.used)
    if days == 0:
        return badge(_("of that day"), "good")
    old = ngettext("%(count)d day old", "%(count)d days old", days) % {"count": days}
    return badge(old, "info")
