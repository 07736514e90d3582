"""Merging a record into another one: chosen, looked at, confirmed with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy_

from core.admin.change_reason import LONGEST_REASON
from core.admin.refusals import Refusal, refusing, shown_text
from core.admin.widgets import AutocompleteSelect, Select, TextInput
from core.references.fields import referring_fields
from core.references.plans import MergePlan, organization_of, plan_merge
from core.references.services import merge_rows
from core.references.texts import collision_text, untold_text
from core.tenancy import visible_rows

if TYPE_CHECKING:
    from core.admin.base import BaseAdmin

#: Records that a plain list offers, where no search is at hand.
MOST_CHOICES = 200
SEEN = "seen"
#: Adds the links to what the plan lists.
Link = Callable[["BaseAdmin", HttpRequest, models.Model, Any], list[Any]]


class MergeForm(forms.Form):
    """The record to keep, and why."""

    into: Any = forms.ModelChoiceField(queryset=None, label=lazy_("Merge into"))
    reason = forms.CharField(
        label=lazy_("Reason"),
        help_text=lazy_("History shows it for good: write no names, phone numbers or addresses."),
        max_length=LONGEST_REASON,
        widget=TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, page: BaseAdmin, request: HttpRequest, row: Any, data: Any) -> None:
        super().__init__(data)
        rows: Any = visible_rows(type(row)._default_manager.all(), request.user)
        owner = organization_of(row)
        if owner is not None:
            rows = rows.filter(**{row.organization_lookup: owner})
        into: Any = self.fields["into"]
        into.queryset = rows.exclude(pk=row.pk)
        model: type[models.Model] = type(row)
        searched = next(
            (one.field for one in referring_fields(model) if not one.field.many_to_many), None
        )
        if searched is not None and page.search_fields:
            into.widget = AutocompleteSelect(searched, page.admin_site)
            into.widget.choices = into.choices
            into.widget.is_required = True
        else:
            into.widget = Select()
            into.widget.choices = [("", "—")] + [
                (one.pk, str(one)) for one in into.queryset.order_by("pk")[:MOST_CHOICES]
            ]


def merge_page(page: BaseAdmin, request: HttpRequest, row: Any, link: Link) -> HttpResponse:
    """The form; sent, what would happen; sent again with a yes, the merge.

    A yes to something else than what was shown, as when the record to keep was changed beside it,
    shows that first. The caller has checked the permission.
    """
    form = MergeForm(page, request, row, request.POST if request.method == "POST" else None)
    plan: MergePlan | None = None
    shown = ""
    if form.is_bound and form.is_valid():
        kept = form.cleaned_data["into"]
        shown = _seen_state(kept, row)
        if "_confirm" in request.POST and request.POST.get(SEEN) == shown:
            done = _merge(page, request, form, kept, row)
            if done is not None:
                return done
        plan = plan_merge(kept=kept, merged=row, user=request.user)
    context = {
        **page.admin_site.each_context(request),
        "title": _("Merge %(row)s into another record") % {"row": row},
        "opts": page.opts,
        "original": row,
        "form": form,
        "media": page.media + form.media,
        "plan": plan,
        "kept": form.cleaned_data.get("into") if plan else None,
        "moving": link(page, request, row, _references(plan, stay=False)),
        "staying": link(page, request, row, _references(plan, stay=True)),
        "obstacles": _obstacles(plan),
        "seen": shown,
        "back_url": page.page_url("where_used_page", row.pk),
    }
    return TemplateResponse(request, "admin/merge_records.html", context)


def _merge(
    page: BaseAdmin, request: HttpRequest, form: MergeForm, kept: Any, row: Any
) -> HttpResponse | None:
    """Back to the record that was kept; None when the merge was refused, which the form says."""
    name = str(row)
    try:
        with refusing(), transaction.atomic():
            merge_rows(
                kept=kept,
                merged=row,
                reason=form.cleaned_data["reason"],
                expected_version=row.version,
            )
    except Refusal as refusal:
        form.add_error(None, refusal.text())
        return None
    page.message_user(
        request,
        _("%(merged)s was merged into %(kept)s.") % {"merged": name, "kept": kept},
        messages.SUCCESS,
    )
    return HttpResponseRedirect(page.page_url("where_used_page", kept.pk))


def _seen_state(kept: Any, merged: Any) -> str:
    """What a preview was about."""
    return f"{kept.pk}:{kept.version}:{merged.version}"


def _references(plan: MergePlan | None, *, stay: bool) -> list[Any]:
    return [one for one in plan.references if bool(one.stays_because) == stay] if plan else []


def _obstacles(plan: MergePlan | None) -> list[str]:
    """Why it cannot be done, in the language of the screen."""
    if plan is None:
        return []
    texts = [shown_text(error) for error in plan.obstacles]
    texts += [collision_text(pair) for pair in plan.collisions]
    return texts + ([untold_text(plan)] if plan.untold_collisions else [])
