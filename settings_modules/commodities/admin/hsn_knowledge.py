"""What is known of the codes of goods, for staff: the verify queue, conflicts, suggestions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from core.admin.action_page import ActionPage
from core.admin.badges import badge
from core.admin.base import BaseAdmin, Values, action, display
from core.admin.widgets import Select, TextInput
from core.money import plain_number
from core.text_search import folded
from settings_modules.commodities.admin.tax_codes import rate_text
from settings_modules.commodities.goods_words import words_of
from settings_modules.commodities.models import HsnKnowledge, TaxCodeConflict
from settings_modules.commodities.selectors.category_detection import detect_category
from settings_modules.commodities.selectors.tax_code_conflicts import (
    candidates_of,
    contradicting_description,
)
from settings_modules.commodities.selectors.tax_code_suggestions import (
    Suggestion,
    suggest_tax_codes,
)
from settings_modules.commodities.services.hsn_knowledge import (
    create_knowledge,
    decide_conflict,
    update_knowledge,
    verify_knowledge,
)

VERIFY = "commodities.verify_hsnknowledge"
MOST_CANDIDATES = 50
_NONE = "none"


class GoodsForm(forms.Form):
    """Goods by their name."""

    name = forms.CharField(
        label=_("Goods"), max_length=200, widget=TextInput(attrs={"dir": "auto"})
    )


def _in_reader_language(text: str, text_ar: str) -> str:
    return text_ar if (get_language() or "en").startswith("ar") else text


@admin.register(HsnKnowledge)
class HsnKnowledgeAdmin(BaseAdmin):
    """Names of goods with their codes. What is not verified waits for a person."""

    list_display = (
        *("commodity_name", "tax_code", "category", "source", "shown_confidence"),
        *("shown_verified", "usage_count", "is_active"),
    )
    list_filter = ("is_verified", "source", "is_active", "category")
    search_fields = ("folded_name", "tax_code__code__startswith")
    ordering = ("is_verified", "-usage_count", "commodity_name")
    actions = ("verify_rows",)
    actions_list = ("suggest_page",)
    actions_detail = ("verify_page",)
    fieldsets = (
        (
            None,
            {"fields": ("commodity_name", ("tax_code", "category"), "confidence", "is_active")},
        ),
        (
            _("State"),
            {
                "fields": (
                    ("source", "usage_count"),
                    ("is_verified", "verified_by", "verified_at"),
                    ("created_at", "updated_at"),
                )
            },
        ),
    )
    readonly_fields = (
        *("source", "usage_count", "is_verified", "verified_by", "verified_at"),
        *("created_at", "updated_at"),
    )
    empty_text = _("Nothing is known of the codes of goods yet.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[HsnKnowledge]:
        rows: QuerySet[HsnKnowledge] = super().get_queryset(request)
        return rows.select_related("tax_code", "category", "verified_by")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[HsnKnowledge], search_term: str
    ) -> tuple[QuerySet[HsnKnowledge], bool]:
        """A part of the name, however it is spelled, or the beginning of the code."""
        asked = search_term.replace("\0", "").strip()
        if not asked:
            return queryset, False
        if asked.isdigit():
            return queryset.filter(tax_code__code__startswith=asked), False
        return queryset.filter(folded_name__contains=folded(asked)), False

    @display(description=_("confidence"), ordering="confidence")
    def shown_confidence(self, obj: HsnKnowledge) -> str:
        return str(plain_number(obj.confidence))

    @display(description=_("verified"), ordering="is_verified")
    def shown_verified(self, obj: HsnKnowledge) -> str:
        return badge(_("verified"), "good") if obj.is_verified else badge(_("to verify"), "warning")

    def has_verify_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(VERIFY))

    @admin.action(description=_("Verify"), permissions=["verify"])
    def verify_rows(self, request: HttpRequest, queryset: QuerySet[HsnKnowledge]) -> None:
        """Each by itself, saying for each how it went."""
        self.for_each(
            request,
            queryset,
            lambda row: verify_knowledge(knowledge=row),
            _("%(row)s: verified."),
        )

    @action(description=_("Verify"), url_path="verify", permissions=["verify"], icon="verified")
    def verify_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what the official list says, then verify."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        other = contradicting_description(row, words_of(row.folded_name))
        facts = [
            (str(_("goods")), row.commodity_name),
            (row.tax_code.code, row.tax_code.description or "—"),
        ]
        if other is not None:
            facts.append((f"{_('the official list says')}: {other.code}", other.description))

        def perform(_values: dict[str, Any]) -> str:
            return _text("%(row)s: verified.") % {"row": verify_knowledge(knowledge=row)}

        return ActionPage(
            title=f"{_('Verify')}: {row}",
            explanation=_text("Your name and the time are kept with it."),
            submit_label=_text("Verify"),
            back_url=self.page_url("change", row.pk),
            perform=perform,
            facts=facts,
        ).answer(self, request)

    @action(
        description=_("Which code?"), url_path="suggest", permissions=["view"], icon="lightbulb"
    )
    def suggest_page(self, request: HttpRequest) -> HttpResponse:
        """Codes and category that goods may have; nothing is stored."""
        form = GoodsForm(request.GET if "name" in request.GET else None)
        context = {
            **self.admin_site.each_context(request),
            "title": _text("Which code?"),
            "opts": self.opts,
            "form": form,
            "back_url": self.page_url("changelist"),
        }
        if form.is_bound and form.is_valid():
            context |= _lookup(form.cleaned_data["name"])
        return TemplateResponse(request, "admin/goods_lookup.html", context)

    def create_row(self, obj: HsnKnowledge, values: Values) -> HsnKnowledge:
        return create_knowledge(values=values)

    def update_row(self, obj: HsnKnowledge, values: Values) -> None:
        update_knowledge(knowledge=obj, values=values, expected_version=obj.version)


def _lookup(name: str) -> dict[str, Any]:
    """What the page shows of goods of the name."""
    found, detected = suggest_tax_codes(name), detect_category(name)
    return {
        "is_asked": True,
        "suggestions": [
            {
                "code": each.tax_code.code,
                "description": each.tax_code.description,
                "confidence": f"{each.confidence:.2f}",
                "rate": _shown_rate(each),
                "reason": _in_reader_language(each.reason, each.reason_ar),
            }
            for each in found.items
        ],
        "reason": _in_reader_language(found.reason, found.reason_ar),
        "category": detected.category,
        "category_confidence": f"{detected.confidence:.2f}",
        "category_reason": _in_reader_language(detected.reason, detected.reason_ar),
    }


def _shown_rate(suggestion: Suggestion) -> str:
    if suggestion.usual_rate is None:
        return rate_text(suggestion.rate, suggestion.tax_code.code)
    usual = plain_number(suggestion.usual_rate)
    return _text("usually %(rate)s %%, not entered") % {"rate": usual}


@admin.register(TaxCodeConflict)
class TaxCodeConflictAdmin(BaseAdmin):
    """What contradicts each other, until somebody decides."""

    list_display = ("goods", "kind", "knowledge", "shown_state", "kept", "decided_by", "created_at")
    list_filter = ("kind", ("decided_at", admin.EmptyFieldListFilter))
    search_fields = ("goods",)
    ordering = ("decided_at", "-id")
    actions_detail = ("decide_page",)
    fields = (
        *("goods", "kind", "knowledge", "kept", "note"),
        ("decided_by", "decided_at"),
        "created_at",
    )
    readonly_fields = (
        *("goods", "kind", "knowledge", "kept", "note"),
        *("decided_by", "decided_at", "created_at"),
    )
    empty_text = _("Nothing contradicts each other.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaxCodeConflict]:
        rows: QuerySet[TaxCodeConflict] = super().get_queryset(request)
        return rows.select_related("knowledge__tax_code", "kept", "decided_by")

    @display(description=_("state"), ordering="decided_at")
    def shown_state(self, obj: TaxCodeConflict) -> str:
        return badge(_("decided"), "good") if obj.decided_at else badge(_("open"), "warning")

    def has_decide_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(VERIFY))

    @action(description=_("Decide"), url_path="decide", permissions=["decide"], icon="gavel")
    def decide_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what is known of the goods, then keep one of it or none."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        candidates = {str(each.pk): each for each in candidates_of(row)[:MOST_CANDIDATES]}

        def perform(values: dict[str, Any]) -> str:
            kept = candidates.get(values["kept"])
            decide_conflict(conflict=row, kept=kept, note=values["note"])
            return _text("%(row)s: decided.") % {"row": row}

        facts = [
            (
                f"{each.tax_code.code} ({each.get_source_display()})",
                each.tax_code.description or "—",
            )
            for each in candidates.values()
        ]
        other = contradicting_description(row.knowledge, words_of(row.goods))
        if other is not None:
            facts.append((f"{_('the official list says')}: {other.code}", other.description))
        return ActionPage(
            title=f"{_('Decide')}: {row}",
            explanation=_text("What is kept is verified; the others are switched off."),
            submit_label=_text("Decide"),
            back_url=self.page_url("change", row.pk),
            perform=perform,
            form_class=decision_form(list(candidates.values())),
            facts=facts,
            is_offered=row.decided_at is None,
        ).answer(self, request)


def decision_form(candidates: list[HsnKnowledge]) -> type[forms.Form]:
    """A choice among what is known of the goods, or none of it, with a note."""
    choices = [(str(each.pk), each.tax_code.code) for each in candidates]
    fields = {
        "kept": forms.ChoiceField(
            label=_("Code that is right"),
            choices=[*choices, (_NONE, _("none of them"))],
            widget=Select(),
        ),
        "note": forms.CharField(
            label=_("Note"),
            max_length=200,
            required=False,
            widget=TextInput(attrs={"dir": "auto"}),
            help_text=_("History shows it for good: write no names, phone numbers or addresses."),
        ),
    }
    return type("DecisionForm", (forms.Form,), fields)
