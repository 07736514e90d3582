"""The converter and the billing calculator: pages of the units, and lines of the menu."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.base import action
from core.admin.directions import left_to_right
from core.money import grouped_number
from settings_modules.commodities.admin.calculation_forms import (
    BillingForm,
    CalculationForm,
    ConverterForm,
)
from settings_modules.commodities.selectors.billing import Billed
from settings_modules.commodities.selectors.conversion import Conversion, Measure

Facts = list[tuple[str, str]]


class Calculators:
    """For the page of units: buttons above its list that lead to the calculators.

    What was typed stands in the address, so a calculation can be kept or sent to somebody.
    """

    actions_list = ("convert_page", "billing_page")

    @action(
        description=gettext_lazy("Convert"),
        url_path="convert",
        permissions=["view"],
        icon="swap_horiz",
    )
    def convert_page(self, request: HttpRequest) -> HttpResponse:
        """A quantity in another unit."""
        form = ConverterForm(request.GET if "quantity" in request.GET else None)
        return self._calculator(
            request,
            form,
            title=_("Convert units"),
            lead=_("Between all units that measure the same, without loss."),
            submit_label=_("Convert"),
        )

    @action(
        description=gettext_lazy("Calculate an amount"),
        url_path="billing",
        permissions=["view"],
        icon="calculate",
    )
    def billing_page(self, request: HttpRequest) -> HttpResponse:
        """What a quantity costs that is priced in another unit."""
        form = BillingForm(request.GET if "quantity" in request.GET else None)
        return self._calculator(
            request,
            form,
            title=_("Calculate an amount"),
            lead=_("Everything is exact until the amount, which is rounded once, half up."),
            submit_label=_("Calculate"),
        )

    def _calculator(
        self,
        request: HttpRequest,
        form: CalculationForm,
        *,
        title: str,
        lead: str,
        submit_label: str,
    ) -> HttpResponse:
        page: Any = self
        found = form.outcome() if form.is_bound else None
        context = {
            **page.admin_site.each_context(request),
            "title": title,
            "lead": lead,
            "submit_label": submit_label,
            "form": form,
            "opts": page.opts,
            "back_url": page.page_url("changelist"),
            **(_shown(found) if found is not None else {}),
        }
        return TemplateResponse(request, "admin/unit_calculation.html", context)


def _shown(found: Conversion | Billed) -> dict[str, Any]:
    """What the page says of a result."""
    if isinstance(found, Conversion):
        source, target = found.measures
        answer = (
            f"{grouped_number(found.quantity)} {source.unit.code}"
            f" = {grouped_number(found.result)} {target.unit.code}"
        )
        return {"answer": answer, "factors": factor_lines(found.measures)}
    base = found.base.unit.code
    facts: Facts = [
        (_("Quantity"), left_to_right(f"{grouped_number(found.quantity_in_base)} {base}")),
        (
            _("Rate for one %(unit)s") % {"unit": base},
            left_to_right(f"{found.currency} {grouped_number(found.rate_per_base)}"),
        ),
        (_("Packagings of"), date_format(found.scale.on)),
    ]
    return {
        "answer": f"{found.currency} {found.amount:,f}",
        "formula": found.formula(),
        "facts": facts,
        "factors": factor_lines(found.measures),
    }


def factor_lines(measures: Iterable[Measure]) -> Facts:
    """Each factor used once, with where it is from."""
    lines = {}
    for each in measures:
        origin = each.unit.source
        if each.packaging is not None:
            since = date_format(each.packaging.valid_from)
            origin = _("packaging of the commodity since %(day)s") % {"day": since}
        lines[each.unit.code] = (each.text(), origin or "—")
    return list(lines.values())
