"""Giving a row back the values it had before one of its changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.admin.action_page import ActionPage
from core.admin.actors import actor_name
from core.admin.conflict_texts import shown_change, shown_moment
from core.admin.row_history import COUNTERS, field_label, shown_value
from core.admin.seen_state import model_inputs, restored
from core.context import change_context
from core.history.errors import HistoryNotFound
from core.history.selectors import AuditEntry, audited_fields, later_entries, object_entry
from core.history.tracking import untold_fields

if TYPE_CHECKING:
    from core.admin.base import BaseAdmin

SEEN_VERSION = "version"


@dataclass(slots=True)
class Revert:
    """`values` by field, ready for the service; `facts` are label, present and coming value.

    `notes` name what stays as it is, `obstacles` why nothing can be done.
    """

    values: dict[str, Any] = field(default_factory=dict)
    facts: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)


def plan_revert(row: models.Model, entry: AuditEntry, form: Any) -> Revert:
    """What it takes to undo the change of the row; `form` is the page's own, for what is editable.

    Nothing may have changed the same fields later.
    """
    plan = Revert()
    editable = {
        name
        for name, shown, column in model_inputs(form)
        if not shown.disabled and not isinstance(column, models.FileField)
    }
    columns = {column.name: column for column in audited_fields(type(row))}
    later, fixed = later_entries(entry), []
    for name, change in entry.changes.items():
        column: Any = row._meta.get_field(name)
        now, old = column.value_from_object(row), restored(column, change["old"])
        if name in COUNTERS or now == old:
            continue
        label = field_label(type(row), columns[name])
        touching = next((item for item in later if name in item.changes), None)
        if isinstance(column, models.FileField):
            plan.notes.append(_("A replaced file is not kept, stays as it is: %s.") % label)
        elif name not in editable:
            fixed.append(label)
        elif touching is not None:
            plan.obstacles.append(_later_text(label, touching))
        else:
            plan.values[name] = old
            texts = [shown_value(columns[name], value, None) or "—" for value in (now, old)]
            plan.facts.append((label, shown_change(*texts)))
            _find_reference(plan, column, name, label)
    if fixed:
        plan.notes.append(_("Not edited by people, stays as it is: %s.") % ", ".join(fixed))
    _say_what_is_missing(plan, row, editable)
    return plan


def _later_text(label: str, entry: AuditEntry) -> str:
    return _("%(field)s was changed again by %(actor)s at %(time)s: that change comes first.") % {
        "field": label,
        "actor": actor_name(entry.actor, entry.source),
        "time": shown_moment(entry.changed_at),
    }


def _find_reference(plan: Revert, column: Any, name: str, label: str) -> None:
    """Put the row in place of its key; one that is gone is an obstacle."""
    if not column.is_relation or plan.values[name] is None:
        return
    target = column.related_model._base_manager.filter(pk=plan.values[name]).first()
    if target is None:
        plan.obstacles.append(_("%s: what it referred to is gone.") % label)
    plan.values[name] = target


def _say_what_is_missing(plan: Revert, row: models.Model, editable: set[str]) -> None:
    personal = sorted(untold_fields(type(row)) & editable)
    if personal:
        columns: list[Any] = [row._meta.get_field(name) for name in personal]
        labels = [field_label(type(row), column) for column in columns]
        text = _("History keeps no values of these, so they stay as they are: %s.")
        plan.notes.append(text % ", ".join(labels))
    if not plan.values and not plan.obstacles:
        plan.obstacles.append(
            _("There is nothing to undo: the record already has the values from before.")
            if not plan.notes
            else _("Nothing of this change can be undone here.")
        )


def revert_page(page: BaseAdmin, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
    """Show what undoing change `number` of the row would do; sent with a yes, do it.

    The page's own service does it, so that its rules hold, and the change is told like any other.
    Raises PermissionDenied, Http404.
    """
    row: Any = page.get_object(request, object_id)
    if row is None or not page.has_change_permission(request, row):
        raise PermissionDenied if row is not None else Http404
    try:
        entry = object_entry(page.model, str(row.pk), number)
    except HistoryNotFound as error:
        raise Http404 from error
    if entry.operation != "update":
        raise Http404
    form = page.get_form(request, row, change=True)(instance=row)
    plan = plan_revert(row, entry, form)
    seen = request.POST.get(SEEN_VERSION, "")
    return ActionPage(
        title=_("Revert change %(number)s") % {"number": number},
        explanation=_explanation(row, entry, plan),
        submit_label=_("Revert"),
        back_url=page.page_url("history", row.pk),
        perform=_performing(page, row, plan, number, int(seen) if seen.isdecimal() else 0),
        facts=plan.facts,
        hidden=[(SEEN_VERSION, str(row.version))],
        is_offered=not plan.obstacles,
    ).answer(page, request)


def _explanation(row: Any, entry: AuditEntry, plan: Revert) -> str:
    head = _("%(row)s: change by %(actor)s at %(time)s. Now → after reverting:") % {
        "row": row,
        "actor": actor_name(entry.actor, entry.source),
        "time": shown_moment(entry.changed_at),
    }
    return " ".join([head, *plan.obstacles, *plan.notes])


def _performing(
    page: BaseAdmin, row: Any, plan: Revert, number: int, seen: int
) -> Callable[[dict[str, Any]], str]:
    def perform(_values: dict[str, Any]) -> str:
        if plan.obstacles:
            raise ValidationError(plan.obstacles)
        for name, value in plan.values.items():
            setattr(row, name, value)
        row.version = seen
        with change_context(reason=f"Reverted change {number}"):
            page.update_row(row, plan.values)
        return _("Change %(number)s was reverted.") % {"number": number}

    return perform
