"""The terms of contracts in the back office: six pages on one base."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from core.admin.action_page import ActionPage
from core.admin.base import BaseAdmin, Values, action, display
from core.admin.widgets import CheckboxList, DecimalInput, TextInput
from core.money import grouped_number
from settings_modules.commodities.enums import LetterOfCredit, PaymentMethod
from settings_modules.commodities.models import (
    BargainType,
    DeliveryTerm,
    PassingTerm,
    PaymentTerm,
    TermMaster,
    TradeType,
    WeightmentTerm,
)
from settings_modules.commodities.selectors.due_dates import instalments
from settings_modules.commodities.services.terms import create_term, update_term

_NAMES = ("name_en", "name_ar", "name_ckb", "name_hi")
_TRANSLATIONS = {
    "fields": (
        ("description_en", "description_ar"),
        ("description_ckb", "description_hi"),
    ),
    "classes": ["tab"],
}


class TermAdmin(BaseAdmin):
    """What the pages of all terms have in common."""

    list_filter: Any = ("is_active",)
    search_fields = ("code", *_NAMES)
    search_help_text = _("Search name, code")
    ordering = ("name_en", "id")

    @display(description=_("name"), ordering="name_en")
    def shown_name(self, obj: TermMaster) -> str:
        return str(obj.name)

    def create_row(self, obj: TermMaster, values: Values) -> TermMaster:
        return create_term(model=type(obj), values=values)

    def update_row(self, obj: TermMaster, values: Values) -> None:
        update_term(term=obj, values=values, expected_version=obj.version)


@dataclass(frozen=True, slots=True)
class TermPage:
    """The page of one kind of terms: its own fields in lines, and what an empty list says."""

    model: type[TermMaster]
    lines: tuple[Any, ...]
    empty_text: Any


TERM_PAGES = (
    TermPage(TradeType, (), _("Add the kinds of trade, such as purchase and sale.")),
    TermPage(BargainType, ("requires_approval",), _("Add how bargains are struck.")),
    TermPage(PassingTerm, ("requires_quality_test",), _("Add by what goods are accepted.")),
    TermPage(
        WeightmentTerm, ("weight_deduction_percent",), _("Add where and by whom goods are weighed.")
    ),
    TermPage(
        DeliveryTerm,
        (("includes_freight", "includes_insurance"),),
        _("Add where goods change hands."),
    ),
)


def _page(page: TermPage) -> type[TermAdmin]:
    """The page as declared."""
    options = {
        "__doc__": page.model.__doc__,
        "list_display": ("shown_name", "code", *page.model.own_fields, "is_active"),
        "list_filter": ("is_active", *_flags(page.model)),
        "fieldsets": (
            (None, {"fields": (*_HEAD, *page.lines, "is_active")}),
            (_("Description"), _TRANSLATIONS),
        ),
        "empty_text": page.empty_text,
    }
    return type(f"{page.model.__name__}Admin", (TermAdmin,), options)


_HEAD = ("code", ("name_en", "name_ar"), ("name_ckb", "name_hi"))


def _flags(model: type[TermMaster]) -> tuple[str, ...]:
    return tuple(name for name in model.own_fields if name.startswith(("requires_", "includes_")))


for _each in TERM_PAGES:
    admin.site.register(_each.model, _page(_each))


class PaymentTermForm(forms.ModelForm):
    """Lists of codes as boxes to tick."""

    lc_types_supported = forms.MultipleChoiceField(
        label=_("Letters of credit"),
        choices=LetterOfCredit.choices,
        required=False,
        widget=CheckboxList(),
    )
    payment_methods_supported = forms.MultipleChoiceField(
        label=_("Payment methods"),
        choices=PaymentMethod.choices,
        required=False,
        widget=CheckboxList(),
        help_text=_("None: every one."),
    )


class DueDatesForm(forms.Form):
    """What was invoiced, and when."""

    invoice_date = forms.DateField(
        label=_("Invoice date"), widget=TextInput(attrs={"type": "date", "dir": "ltr"})
    )
    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=Decimal("0.01"),
        max_digits=15,
        decimal_places=2,
        widget=DecimalInput(attrs={"step": "0.01"}),
    )


@admin.register(PaymentTerm)
class PaymentTermAdmin(TermAdmin):
    """When and how is paid."""

    form = PaymentTermForm
    list_display = ("shown_name", "code", "days", "payment_percentage", "currency", "is_active")
    list_filter = ("is_active", "supports_letter_of_credit", "currency")
    actions_detail = ("due_dates_page",)
    fieldsets = (
        (None, {"fields": (*_HEAD, ("days", "payment_percentage"), "is_active")}),
        (
            _("International"),
            {
                "fields": (
                    ("currency", "supports_multi_currency"),
                    ("supports_letter_of_credit", "lc_confirmation_required"),
                    ("lc_types_supported", "payment_methods_supported"),
                    ("bank_charges_borne_by", "forex_adjustment_applicable"),
                    "swift_required",
                ),
                "classes": ["tab"],
            },
        ),
        (_("Description"), _TRANSLATIONS),
    )
    empty_text = _("Add how long credit is given, and what is paid in advance.")

    @action(
        description=_("Due dates"),
        url_path="due-dates",
        permissions=["view"],
        icon="event_upcoming",
    )
    def due_dates_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What is due when, of an amount invoiced on a day."""
        term = self.record(request, object_id)

        def perform(asked: dict[str, Any]) -> str:
            parts = instalments(
                term=term, invoice_date=asked["invoice_date"], amount=asked["amount"]
            )
            return " · ".join(
                _text("%(amount)s (%(percent)s %%) on %(day)s")
                % {
                    "amount": grouped_number(part.amount),
                    "percent": grouped_number(part.percent),
                    "day": date_format(part.due_on),
                }
                for part in parts
            )

        return ActionPage(
            title=_text("Due dates: %(row)s") % {"row": term},
            explanation=_text("What is due when, of an amount that is invoiced on a day."),
            submit_label=_text("Calculate"),
            back_url=self.page_url("due_dates_page", term.pk),
            perform=perform,
            form_class=DueDatesForm,
        ).answer(self, request)
