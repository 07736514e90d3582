"""Exchange rates in the back office, and the page that works prices out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.admin.action_page import ActionPage
from core.admin.badges import badge
from core.admin.base import BaseAdmin, Values, action, display
from core.admin.by_files import ByFiles
from core.admin.directions import left_to_right
from core.admin.widgets import DecimalInput, Select, TextInput
from core.money import plain_number
from core.references.services import remove_record
from settings_modules.commodities.admin.price_calculator import calculator_page
from settings_modules.commodities.exchange.currencies import all_currencies
from settings_modules.commodities.models import ExchangeRate
from settings_modules.commodities.selectors.exchange_rates import age_in_days, is_stale
from settings_modules.commodities.services.exchange_rates import (
    add_rate,
    override_rate,
    update_rate,
)

#: Written once.
_KEPT = ("base", "quote", "valid_on", "source", "is_override")


class CurrencyFilter(admin.SimpleListFilter):
    """Rates with a currency on either side."""

    title = gettext_lazy("currency")
    parameter_name = "currency"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        stored = {
            code
            for pair in ExchangeRate.objects.order_by().values_list("base", "quote").distinct()
            for code in pair
        }
        return [(code, code) for code in all_currencies() if code in stored]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ExchangeRate]
    ) -> QuerySet[ExchangeRate]:
        code = self.value()
        if not code:
            return queryset
        return queryset.filter(base=code) | queryset.filter(quote=code)


class ExchangeRateForm(forms.ModelForm):
    """The pair, the day and the source are written once."""

    class Meta:
        model = ExchangeRate
        fields = ("base", "quote", "rate", "valid_on", "source", "is_override", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"base", "quote"} & set(self.fields):
            stored = getattr(self.instance, name)
            codes = dict.fromkeys([*all_currencies(), stored] if stored else all_currencies())
            self.fields[name] = forms.ChoiceField(
                choices=[("", "—"), *((code, code) for code in codes)],
                label=self.fields[name].label,
                widget=Select(),
            )
        if "source" in self.fields:
            self.fields["source"].required = False
            self.fields["source"].help_text = _("Of an override it is “override”.")
        if self.instance.pk is not None:
            for name in set(_KEPT) & set(self.fields):
                self.fields[name].disabled = True

    def _get_validation_exclusions(self) -> set[str]:
        # The service fills in the source, of overrides another one.
        found: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*found, "source", "is_override", "reason"}


class OverrideForm(forms.Form):
    """The figure that goes before the others of the day, and why."""

    rate = forms.DecimalField(
        label=gettext_lazy("Rate"),
        max_digits=24,
        decimal_places=12,
        min_value=0,
        widget=DecimalInput(),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=TextInput())


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ByFiles, BaseAdmin):
    """Rates by pair and day; what is in force, and what is too old to be used."""

    import_resource = "exchange-rates"
    form = ExchangeRateForm
    list_display = ("pair", "valid_on", "shown_rate", "source", "mark", "age", "entered_by")
    list_display_links = ("pair",)
    list_filter = (CurrencyFilter, "is_override", "source", "valid_on")
    list_select_related = ("entered_by",)
    search_fields = ("base", "quote", "source", "reason")
    search_help_text = gettext_lazy("Search currency, source, reason")
    ordering = ("-valid_on", "base", "quote", "id")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("base", "quote"),
                    ("rate", "valid_on"),
                    ("source", "is_override"),
                    "reason",
                    ("mark", "age"),
                    ("entered_by", "created_at", "updated_at"),
                )
            },
        ),
    )
    readonly_fields = ("mark", "age", "entered_by", "created_at", "updated_at")
    actions_detail = ("override_page",)
    actions_list = ("import_page", "calculator_link")
    empty_text = gettext_lazy("Enter a rate, or import a file of rates.")

    @display(description=gettext_lazy("currencies"), ordering="base")
    def pair(self, obj: ExchangeRate) -> str:
        return left_to_right(f"{obj.base}/{obj.quote}")

    @display(description=gettext_lazy("rate"), ordering="rate")
    def shown_rate(self, obj: ExchangeRate) -> str:
        return left_to_right(plain_number(obj.rate))

    @display(description=gettext_lazy("mark"))
    def mark(self, obj: ExchangeRate) -> str:
        """Too old, an override, or neither."""
        if obj.pk is None:
            return "—"
        if is_stale(obj):
            return badge(_("too old to be used today"), "warning")
        if obj.is_override:
            return badge(_("goes before others"), "info")
        return badge(_("fresh"), "good")

    @display(description=gettext_lazy("age"))
    def age(self, obj: ExchangeRate) -> str:
        if obj.pk is None:
            return "—"
        days = max(age_in_days(obj), 0)
        text: str = ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
        return text

    def create_row(self, obj: ExchangeRate, values: Values) -> ExchangeRate:
        return add_rate(values=values)

    def update_row(self, obj: ExchangeRate, values: Values) -> None:
        update_rate(row=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: ExchangeRate) -> None:
        remove_record(row=obj)

    def has_override_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may enter rates."""
        return self.has_add_permission(request)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """An override is not overridden: its own figure is changed."""
        offered: list[Any] = super().get_actions_detail(request, object_id)
        if not ExchangeRate.objects.filter(pk=object_id, is_override=True).exists():
            return offered
        return [each for each in offered if not each.action_name.endswith("override_page")]

    @action(
        description=gettext_lazy("Put another rate before it"),
        url_path="override",
        permissions=["override"],
        icon="priority_high",
    )
    def override_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the figure and the reason, then enter the override of that pair and day."""
        row: ExchangeRate | None = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

        def perform(values: dict[str, Any]) -> str:
            made = override_rate(
                base=row.base,
                quote=row.quote,
                valid_on=row.valid_on,
                rate=values["rate"],
                reason=values["reason"],
            )
            return _("%(row)s goes before the others of that day now.") % {"row": made}

        return ActionPage(
            title=_("Put another rate before it"),
            explanation=_("Prices of that day are worked out with the new rate. This one stays."),
            submit_label=_("Put before"),
            back_url=self.page_url("change", row.pk),
            perform=perform,
            form_class=OverrideForm,
            facts=[
                (_("Currencies"), left_to_right(f"{row.base}/{row.quote}")),
                (_("Day"), date_format(row.valid_on)),
                (_("Rate"), left_to_right(plain_number(row.rate))),
            ],
        ).answer(self, request)

    @action(
        description=gettext_lazy("Price calculator"),
        url_path="to-calculator",
        permissions=["view"],
        icon="calculate",
    )
    def calculator_link(self, request: HttpRequest) -> HttpResponse:
        """To the page that works prices out."""
        return HttpResponseRedirect(reverse("admin:commodities_price_calculator"))

    def get_urls(self) -> list[URLPattern]:
        """The pages, and the one that works prices out."""
        view = self.admin_site.admin_view(self.calculator_view)
        return [
            path("calculator/", view, name="commodities_price_calculator"),
            *super().get_urls(),
        ]

    def calculator_view(self, request: HttpRequest) -> HttpResponse:
        """Prices in other currencies and of other units."""
        return calculator_page(self, request)
