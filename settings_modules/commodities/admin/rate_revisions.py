"""Revising the rates of many codes, for staff: what would change first, then applying it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from core.admin.action_page import ActionPage
from core.admin.badges import badge
from core.admin.base import ActionVariant, BaseAdmin, action, display
from core.admin.refusals import Refusal, refusing
from core.admin.widgets import DecimalInput, Select, Switch, Textarea, TextInput
from core.money import plain_number
from settings_modules.commodities.enums import CodeKind
from settings_modules.commodities.models import TaxRateRevision
from settings_modules.commodities.selectors.rate_revisions import (
    MOST_SHOWN,
    RevisionPlan,
    plan_revision,
)
from settings_modules.commodities.services.rate_revisions import apply_revision, reverse_revision

MOST_CODES = 1_000
_SEPARATORS = re.compile(r"[\s,;]+")


class RevisionForm(forms.Form):
    """Which codes get which rate from when."""

    kind = forms.ChoiceField(label=_("Kind"), choices=CodeKind.choices, widget=Select())
    codes = forms.CharField(
        label=_("Codes"),
        widget=Textarea(attrs={"rows": 3, "dir": "ltr"}),
        help_text=_("Separated by blanks or commas."),
    )
    is_prefix = forms.BooleanField(
        label=_("With every code that begins so"), required=False, widget=Switch()
    )
    rate = forms.DecimalField(
        label=_("New rate in percent"),
        max_digits=6,
        decimal_places=3,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        widget=DecimalInput(),
    )
    valid_from = forms.DateField(label=_("From"), widget=TextInput(attrs={"type": "date"}))
    notification = forms.CharField(
        label=_("Notification"),
        max_length=200,
        widget=TextInput(attrs={"dir": "auto"}),
        help_text=_("Such as 09/2025-Central Tax (Rate)."),
    )

    def clean_codes(self) -> list[str]:
        """The codes one by one."""
        codes = [each for each in _SEPARATORS.split(self.cleaned_data["codes"]) if each]
        if not codes or not all(re.fullmatch(r"[0-9]{2,8}", each) for each in codes):
            raise forms.ValidationError(_("A code is two to eight digits."))
        if len(codes) > MOST_CODES:
            raise forms.ValidationError(_("At most 1,000 codes are revised at once."))
        return list(dict.fromkeys(codes))


@admin.register(TaxRateRevision)
class TaxRateRevisionAdmin(BaseAdmin):
    """Revisions as they were applied."""

    list_display = (
        *("notification", "valid_from", "shown_rate", "shown_codes"),
        *("added_count", "closed_count", "shown_state"),
    )
    list_filter = ("kind", "valid_from")
    search_fields = ("notification",)
    ordering = ("-id",)
    actions_list = ("revise_page",)
    actions_detail = ("reverse_page",)
    fields = (
        ("notification", "valid_from"),
        *("kind", "shown_codes", "is_prefix", "shown_rate"),
        ("added_count", "closed_count"),
        ("shown_state", "reversed_at", "created_at"),
    )
    readonly_fields = (
        *("notification", "valid_from", "kind", "shown_codes", "is_prefix", "shown_rate"),
        *("added_count", "closed_count", "shown_state", "reversed_at", "created_at"),
    )
    empty_text = _("Revise rates when a notification changes them.")

    @display(description=_("rate"), ordering="rate")
    def shown_rate(self, obj: TaxRateRevision) -> str:
        return f"{plain_number(obj.rate)} %"

    @display(description=_("codes"))
    def shown_codes(self, obj: TaxRateRevision) -> str:
        more = "…" if len(obj.codes) > MOST_SHOWN else ""
        return ", ".join(obj.codes[:MOST_SHOWN]) + more

    @display(description=_("state"), ordering="reversed_at")
    def shown_state(self, obj: TaxRateRevision) -> str:
        if obj.reversed_at:
            return badge(_("taken back"), "warning")
        return badge(_("applied"), "good")

    def has_revise_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("commodities.add_taxraterevision"))

    @action(
        description=_("Revise rates"), url_path="revise", permissions=["revise"], icon="percent"
    )
    def revise_page(self, request: HttpRequest) -> HttpResponse:
        """The form; what it would change; applying that."""
        if not self.has_revise_permission(request):
            raise PermissionDenied
        form = RevisionForm(request.POST if request.method == "POST" else None)
        plan = None
        if form.is_bound and form.is_valid():
            try:
                with refusing(), transaction.atomic():
                    if "_apply" in request.POST:
                        return self._applied(request, form.cleaned_data)
                    plan = _plan(form.cleaned_data)
            except Refusal as refusal:
                refusal.mark(form)
        context = {
            **self.admin_site.each_context(request),
            "title": _text("Revise rates"),
            "opts": self.opts,
            "form": form,
            "plan": plan,
            "most": MOST_SHOWN,
            "back_url": self.page_url("changelist"),
        }
        return TemplateResponse(request, "admin/rate_revision.html", context)

    def _applied(self, request: HttpRequest, values: dict[str, Any]) -> HttpResponse:
        revision = apply_revision(**values)
        told = _text("%(added)d rates added, %(closed)d closed.") % {
            "added": revision.added_count,
            "closed": revision.closed_count,
        }
        self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(self.page_url("change", revision.pk))

    @action(
        description=_("Take back"),
        url_path="reverse",
        permissions=["revise"],
        icon="undo",
        variant=ActionVariant.DANGER,
    )
    def reverse_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then take the revision back."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404

        def perform(_values: dict[str, Any]) -> str:
            reverse_revision(revision=row)
            return _text("%(row)s: taken back.") % {"row": row}

        return ActionPage(
            title=f"{_('Take back')}: {row}",
            explanation=_text("The rates that it added go; those that it closed go on."),
            submit_label=_text("Take back"),
            back_url=self.page_url("change", row.pk),
            perform=perform,
            is_dangerous=True,
            is_offered=row.reversed_at is None,
        ).answer(self, request)


def _plan(values: dict[str, Any]) -> RevisionPlan:
    return plan_revision(**{name: each for name, each in values.items() if name != "notification"})
