"""Pages of one commodity: the order of its parameters, those suggested, and the international
template."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy_

from core.admin.action_page import ActionPage
from core.admin.base import action
from core.admin.refusals import Refusal, refusing, shown_text
from core.admin.row_history import field_label, shown_value
from core.admin.widgets import CheckboxList
from core.errors import DomainError
from core.money import plain_number
from settings_modules.commodities.international_templates import TEMPLATES
from settings_modules.commodities.models import Commodity
from settings_modules.commodities.selectors.international import (
    InternationalSuggestion,
    ProposedField,
    compared,
    suggestion_for,
)
from settings_modules.commodities.selectors.suggested_parameters import (
    SuggestedParameter,
    suggested_templates,
)
from settings_modules.commodities.services.international import apply_international
from settings_modules.commodities.services.quality_parameters import (
    add_suggested,
    reorder_parameters,
)

_LONGEST_KEY = 18


def keys_in(texts: list[str]) -> list[int]:
    """The keys among the texts that a page sent."""
    return [int(t) for t in texts if t.isascii() and t.isdigit() and len(t) <= _LONGEST_KEY]


class OneCommodityPages:
    """For the page of commodities: what is done with one of them on a page of its own."""

    def has_order_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change parameters."""
        return request.user.has_perm("commodities.change_qualityparameter")

    def has_suggestions_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may add parameters."""
        return request.user.has_perm("commodities.add_qualityparameter")

    # The order of the parameters

    @action(
        description=lazy_("Order of parameters"),
        url_path="order-parameters",
        permissions=["order"],
        icon="swap_vert",
    )
    def order_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The parameters to be dragged, or moved with the arrow keys, into another order."""
        page: Any = self
        row: Commodity = page.record(request, object_id)
        if request.method == "POST":
            try:
                with refusing(), transaction.atomic():
                    reorder_parameters(commodity=row, order=keys_in(request.POST.getlist("order")))
            except Refusal as refusal:
                page.message_user(request, refusal.text(), messages.ERROR)
            else:
                page.message_user(request, _("The order is saved."), messages.SUCCESS)
                return HttpResponseRedirect(page.page_url("change", row.pk))
        context = {
            "title": _("Order of parameters: %(row)s") % {"row": row},
            "parameters": row.parameters.order_by("display_order", "id"),
        }
        return self._answer_page(request, row, "admin/parameter_order.html", context)

    # Parameters that are suggested

    @action(
        description=lazy_("Suggested parameters"),
        url_path="suggested-parameters",
        permissions=["suggestions"],
        icon="checklist",
    )
    def suggestions_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What is usually measured of such goods, to be ticked and added."""
        page: Any = self
        row: Commodity = page.record(request, object_id)
        suggested = [each for each in suggested_templates(row) if not each.is_there]

        def perform(values: dict[str, Any]) -> str:
            chosen = {int(key) for key in values["templates"]}
            templates = [each.template for each in suggested if each.template.pk in chosen]
            added = add_suggested(commodity=row, templates=templates)
            return _("%(count)s parameters added.") % {"count": len(added)}

        return ActionPage(
            title=_("Suggested parameters: %(row)s") % {"row": row},
            explanation=_("The most used come first. Change bounds afterwards where you need.")
            if suggested
            else _("Nothing is left to suggest for this category."),
            submit_label=_("Add"),
            back_url=page.page_url("change", row.pk),
            perform=perform,
            form_class=_suggestions_form(suggested),
            is_offered=bool(suggested),
        ).answer(page, request)

    # The international template

    @action(
        description=lazy_("International template"),
        url_path="international",
        permissions=["change"],
        icon="public",
    )
    def international_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Each field as it is and as the template has it; those that are ticked are taken over."""
        page: Any = self
        row: Commodity = page.record(request, object_id)
        if not page.has_change_permission(request, row):
            raise PermissionDenied
        if request.method == "POST" and self._is_applied(request, row):
            return HttpResponseRedirect(page.page_url("change", row.pk))
        try:
            found = suggestion_for(row, request.GET.get("template", ""))
        except DomainError as error:
            page.message_user(request, shown_text(error), messages.ERROR)
            found = suggestion_for(row)
        context = _comparison(row, found) | {
            "title": _("International template: %(row)s") % {"row": row},
        }
        return self._answer_page(request, row, "admin/international_template.html", context)

    def _is_applied(self, request: HttpRequest, row: Commodity) -> bool:
        """Whether the ticked fields were taken over; else the reason is told."""
        page: Any = self
        fields = request.POST.getlist("fields")
        seen = request.POST.get("version", "")
        if not fields:
            page.message_user(request, _("Tick the fields to take over."), messages.WARNING)
            return False
        try:
            with refusing(), transaction.atomic():
                apply_international(
                    commodity=row,
                    template=request.POST.get("template", ""),
                    fields=fields,
                    expected_version=next(iter(keys_in([seen])), 0),
                )
        except Refusal as refusal:
            page.message_user(request, refusal.text(), messages.ERROR)
            row.refresh_from_db()
            return False
        told = _("%(count)s fields taken over.") % {"count": len(fields)}
        page.message_user(request, told, messages.SUCCESS)
        return True

    def _answer_page(
        self, request: HttpRequest, row: Commodity, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        page: Any = self
        return TemplateResponse(
            request,
            template,
            {
                **page.admin_site.each_context(request),
                "opts": page.opts,
                "original": row,
                "back_url": page.page_url("change", row.pk),
                **context,
            },
        )


def _suggestions_form(suggested: list[SuggestedParameter]) -> type[forms.Form]:
    """Asks which of the suggested parameters are added; the mandatory ones are ticked."""

    class SuggestionsForm(forms.Form):
        templates = forms.MultipleChoiceField(
            label=lazy_("Parameters"),
            choices=[(each.template.pk, _in_words(each)) for each in suggested],
            initial=[each.template.pk for each in suggested if each.template.is_mandatory],
            widget=CheckboxList(),
        )

    return SuggestionsForm


def _in_words(each: SuggestedParameter) -> str:
    """A suggestion in one line: "Micronaire 2.5–6 ug/inch, mandatory"."""
    template = each.template
    bounds = [
        "" if one is None else plain_number(one) for one in (template.min_value, template.max_value)
    ]
    between = "–".join(bounds) if any(bounds) else ""
    line = " ".join(part for part in (template.parameter_name, between, template.unit) if part)
    return f"{line}, {_('mandatory')}" if template.is_mandatory else line


def _comparison(row: Commodity, found: InternationalSuggestion) -> dict[str, Any]:
    """What the page shows: each field in words, and the other templates."""
    is_arabic = (get_language() or "en").startswith("ar")
    return {
        "template": found.template,
        "templates": [
            (each.key, each.name_ar if is_arabic else each.name_en) for each in TEMPLATES
        ],
        "reason": found.reason_ar if is_arabic else found.reason,
        "confidence": found.confidence,
        "version": row.version,
        "fields": [_field_in_words(each) for each in compared(row, found.values)],
    }


def _field_in_words(each: ProposedField) -> dict[str, Any]:
    field: Any = Commodity._meta.get_field(each.name)
    return {
        "name": each.name,
        "label": field_label(Commodity, field),
        "now": shown_value(field, each.now, None),
        "proposed": shown_value(field, each.proposed, None),
        "is_changed": each.is_changed,
        "is_set": each.is_set,
    }
