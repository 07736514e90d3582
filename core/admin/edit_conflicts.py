"""Two people on one form: the second is told what the first changed, and nothing is lost.

A form sends back what it showed. When another state is stored by then, nothing is saved once: what
only the other changed is taken over, what only one's own hand changed is kept, and where both wrote
the input says so. The next save is a decision on what was shown.
"""

from __future__ import annotations

from typing import Any

from django import forms

from core.admin.conflict_texts import clash_text, stale_lines, unknown_state_text
from core.admin.seen_state import read_rows, seen_row, sign_rows
from core.admin.three_way_merge import Merge, merge_form

SEEN_STATE = "seen_state"


class SeenStateField(forms.CharField):
    """Carries what was seen; never a change by itself."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def mark_conflicts(form: forms.ModelForm[Any], merge: Merge | None) -> None:
    """Refuse the bound form once with everything the other changed; None: what was seen is
    unknown."""
    if merge is None:
        form.add_error(None, unknown_state_text())
    elif merge.is_stale:
        for line in stale_lines(form, merge):
            form.add_error(None, line)
        for difference in merge.clashing:
            form.add_error(difference.name, clash_text(form, merge, difference))


class VersionedFormMixin:
    """Remembers what the form showed and merges what others changed since."""

    fields: dict[str, forms.Field]
    instance: Any
    is_bound: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self
        now = seen_row(form)
        model, key = type(self.instance), str(self.instance.pk)
        shown = sign_rows(model, {key: now})
        self.fields[SEEN_STATE] = SeenStateField()
        self.fields[SEEN_STATE].initial = shown
        if not self.is_bound:
            return
        name = form.add_prefix(SEEN_STATE)
        form.data = form.data.copy()
        seen = (read_rows(model, form.data.get(name, "")) or {}).get(key)
        self.merge = merge_form(form, seen, now) if seen else None
        form.data[name] = shown

    def full_clean(self) -> None:
        super().full_clean()  # type: ignore[misc]
        if self.is_bound:
            form: Any = self
            mark_conflicts(form, self.merge)


def versioned_form(form_class: type[Any]) -> type[Any]:
    """The form class, guarding against two people who edit the same row."""
    return type(form_class.__name__, (VersionedFormMixin, form_class), {})
