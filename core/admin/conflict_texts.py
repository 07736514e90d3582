"""Telling somebody what another person changed in the meantime, by whom and when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from core.admin.actors import actor_name, actor_names
from core.admin.row_history import COUNTERS, field_label, shown_value
from core.admin.seen_state import is_secret, restored
from core.admin.three_way_merge import Difference, Merge
from core.history.selectors import (
    AuditEntry,
    AuditQuestion,
    audited_fields,
    entries_after_version,
    has_trail,
    object_trail,
)


class LaterChanges:
    """What happened to one row since a version of it, newest first."""

    def __init__(self, row: models.Model, version: int) -> None:
        self.row = row
        self.entries = entries_after_version(row, version)
        self._names = actor_names((entry.actor, entry.source) for entry in self.entries)

    def _entry_of(self, field: str) -> AuditEntry | None:
        """The latest change of the field; of one that history does not hold, the latest of all."""
        touching = [entry for entry in self.entries if field in entry.changes]
        return next(iter(touching or self.entries), None)

    def who(self, field: str) -> str:
        """Who changed the field last."""
        entry = self._entry_of(field)
        return self._names[entry.actor, entry.source] if entry else _("Somebody else")

    def when(self, field: str) -> str:
        """When the field was changed last; "—" when nothing is known about it."""
        entry = self._entry_of(field)
        return shown_moment(entry.changed_at) if entry else "—"

    def people(self) -> str:
        """Everybody who changed the row, the latest first."""
        names = dict.fromkeys(self._names[entry.actor, entry.source] for entry in self.entries)
        return ", ".join(names) or _("Somebody else")

    def outside(self, inputs: Iterable[str]) -> list[Difference]:
        """What changed in columns that are not among the inputs, from first to last."""
        known = {*inputs, *COUNTERS}
        found: dict[str, Difference] = {}
        for entry in reversed(self.entries):
            for name, change in entry.changes.items():
                if name not in known and entry.operation == "update":
                    before = found[name].before if name in found else change["old"]
                    found[name] = Difference(name, before, change["new"])
        return [item for item in found.values() if item.before != item.after]


def shown_moment(moment: Any) -> str:
    """Date and time in the language and time zone of the screen."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def input_text(form: forms.ModelForm[Any], name: str, value: Any) -> str:
    """The value of an input in words; of a secret only that there is one."""
    column = form._meta.model._meta.get_field(name)
    if is_secret(form.fields[name], column):
        return _("not shown")
    if column.many_to_many:
        rows = column.related_model._base_manager.in_bulk(value)
        return ", ".join(str(rows[pk]) for pk in value if pk in rows) or "—"
    return shown_value(column, restored(column, value), None) or "—"


def stale_lines(form: forms.ModelForm[Any], merge: Merge) -> list[str]:
    """What the top of the form says: who was faster, and each value that is another now."""
    later = LaterChanges(form.instance, merge.seen.version)
    head = _(
        "{people} changed this record while you were editing it, last at {time}. Nothing is saved"
        " yet: look through the values and save again."
    )
    lines: list[str] = [format_html(head, people=later.people(), time=later.when(""))]
    for difference in merge.taken:
        texts = [
            input_text(form, difference.name, value)
            for value in (difference.before, difference.after)
        ]
        lines.append(_change_line(later, _label(form, difference.name), difference.name, texts))
    columns = {column.name: column for column in audited_fields(type(form.instance))}
    for difference in later.outside(form.fields):
        column = columns[difference.name]
        texts = [
            shown_value(column, restored(column, value), None) or "—"
            for value in (difference.before, difference.after)
        ]
        label = field_label(type(form.instance), column)
        lines.append(_change_line(later, label, difference.name, texts))
    return [format_html('<span class="tp-line">{}</span>', line) for line in lines]


def _label(form: forms.ModelForm[Any], name: str) -> str:
    return str(form.fields[name].label or name)


def _change_line(later: LaterChanges, label: str, name: str, texts: list[str]) -> str:
    return format_html(
        _("{field}: {change} ({actor}, {time})"),
        field=label,
        change=shown_change(*texts),
        actor=_isolated(later.who(name)),
        time=later.when(name),
    )


def shown_change(before: str, after: str) -> str:
    """One value and the one after it, in the order in which the page is read."""
    return format_html(_("{before} → {after}"), before=_isolated(before), after=_isolated(after))


def _isolated(text: str) -> str:
    """The text in its own direction, and no label of a page."""
    return format_html("<bdi>{}</bdi>", text)


def clash_text(form: forms.ModelForm[Any], merge: Merge, difference: Difference) -> str:
    """What an input says in which two people wrote: what it was, and what the other made of it."""
    later = LaterChanges(form.instance, merge.seen.version)
    if isinstance(form._meta.model._meta.get_field(difference.name), models.FileField):
        text = _("You both changed this. {actor} did at {time}; choose again to replace that.")
        who = _isolated(later.who(difference.name))
        return format_html(text, actor=who, time=later.when(difference.name))
    return format_html(
        _(
            "You both changed this. It was “{before}”; {actor} made it “{after}” at {time}. The"
            " input holds your value: saving it replaces theirs."
        ),
        before=_isolated(input_text(form, difference.name, difference.before)),
        after=_isolated(input_text(form, difference.name, difference.after)),
        actor=_isolated(later.who(difference.name)),
        time=later.when(difference.name),
    )


def unknown_state_text() -> str:
    """For a form that does not say what was seen."""
    return _(
        "It is not known which values you had seen. What you sent stands below: look through it and"
        " save again."
    )


def row_added_text(row: models.Model) -> str:
    """Another row appeared among those that were seen."""
    return _row_line(_("{actor} added “{row}” at {time}."), type(row), str(row.pk), str(row))


def row_removed_text(model: type[models.Model], key: str, name: str, typed: list[str]) -> str:
    """A row that was seen is gone; `typed` is what was about to be saved in it."""
    line = _row_line(_("{actor} removed “{row}” at {time}."), model, key, name)
    if not typed:
        return line
    kept = format_html(_("You had typed: {values}."), values=_isolated("; ".join(typed)))
    return mark_safe(f"{line} {kept}")  # noqa: S308  (both halves are escaped)


def _row_line(text: str, model: type[models.Model], key: str, name: str) -> str:
    actor, time = _("Somebody else"), "—"
    if has_trail(model, key):
        last = object_trail(model, key, AuditQuestion(), skip=0, limit=1).entries[0]
        actor, time = actor_name(last.actor, last.source), shown_moment(last.changed_at)
    return format_html(text, actor=_isolated(actor), row=_isolated(name), time=time)
