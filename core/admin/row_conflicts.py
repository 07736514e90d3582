"""Two people on the rows of one list or inline: changed, added and removed rows.

What was seen of all rows travels in the formset's management form.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property

from core.admin.conflict_texts import (
    row_added_text,
    row_removed_text,
    stale_lines,
    unknown_state_text,
)
from core.admin.edit_conflicts import SEEN_STATE, SeenStateField, mark_conflicts
from core.admin.posted_rows import PostedRow, PostedRows
from core.admin.seen_state import SeenRow, model_inputs, read_rows, seen_row, sign_rows
from core.admin.three_way_merge import Merge, differs, merge_form, write_input


class SeenRowsMixin:
    """A formset that remembers the rows it showed.

    In a list (`is_list`) only rows in which something was typed can hold a save up; on a page
    everything that others changed is shown before anything is stored.
    """

    is_list: ClassVar[bool] = False
    model: Any
    form: Any
    prefix: str
    data: Any
    can_delete: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        formset: Any = self
        self.notices: list[str] = []
        self.merges: dict[str, Merge | None] = {}
        if formset.is_bound:
            self._put_together(formset)

    @cached_property
    def management_form(self) -> Any:
        """Django's, with what was seen of the rows."""
        form = super().management_form  # type: ignore[misc]
        form.fields[SEEN_STATE] = SeenStateField()
        form.fields[SEEN_STATE].initial = self._shown_state
        return form

    def _shown_state(self) -> str:
        formset: Any = self
        shown = {str(form.instance.pk): seen_row(form) for form in formset.initial_forms}
        return sign_rows(self.model, shown)

    def _put_together(self, formset: Any) -> None:
        """Bring the posted rows in line with those that are stored, before forms are made."""
        self.data = self.data.copy()
        name = f"{self.prefix}-{SEEN_STATE}"
        known = read_rows(self.model, self.data.get(name, ""))
        seen = known or {}
        stored = {str(row.pk): row for row in formset.get_queryset()}
        if known is not None:
            self._follow_rows(seen, stored)
        rows = {}
        for form in formset.initial_forms:
            key = str(form.instance.pk)
            if key in stored:
                rows[key] = now = seen_row(form)
                is_known = key in seen
                self.merges[form.prefix] = merge_form(form, seen[key], now) if is_known else None
        self.data[name] = sign_rows(self.model, rows)

    def _follow_rows(self, seen: dict[str, SeenRow], stored: dict[str, Any]) -> None:
        """Take rows that somebody removed out, and rows that somebody added in."""
        posted = PostedRows(self.data, self.prefix, self.model._meta.pk.name)
        removed = [key for key in posted.known if key in seen and key not in stored]
        added = [] if self.is_list else [key for key in stored if key not in seen]
        for key in removed:
            again, typed = self._typed_in(posted.known.pop(key), seen[key])
            if typed and not self.is_list:
                posted.extra.append(again)
            if typed or not self.is_list:
                self.notices.append(row_removed_text(self.model, key, seen[key].name, typed))
        for key in added:
            posted.known[key], seen[key] = self._as_posted(stored[key])
            self.notices.append(row_added_text(stored[key]))
        if removed or added:
            posted.write_back()

    def _row_form(self, data: QueryDict, row: Any) -> Any:
        """A form for one row outside the formset's own."""
        formset: Any = self
        return self.form(data=data, instance=row, **formset.get_form_kwargs(0))

    def _as_posted(self, row: Any) -> tuple[PostedRow, SeenRow]:
        """A stored row as a browser would send it back untouched."""
        form = self._row_form(QueryDict(mutable=True), row)
        now = seen_row(form)
        for name, _field, column in model_inputs(form):
            write_input(form, name, column, now.values[name])
        return {**dict(form.data.lists()), self.model._meta.pk.name: [str(row.pk)]}, now

    def _typed_in(self, posted: PostedRow, seen: SeenRow) -> tuple[PostedRow, list[str]]:
        """A removed row as a new one, and what somebody typed in it, in words."""
        if "DELETE" in posted:
            return {}, []
        data = QueryDict(mutable=True)
        for name, values in posted.items():
            data.setlist(name, values)
        # A new row's form: what cannot be edited in an existing row is an input there.
        form, typed = self._row_form(data, self.model()), []
        for name, field, column in model_inputs(form):
            if name not in seen.values:
                continue
            if name not in data and not isinstance(field.widget, forms.CheckboxInput):
                write_input(form, name, column, seen.values[name])
            elif differs(form, name, column, seen.values[name]):
                typed.append(f"{field.label}: {form[name].data}")
        again = dict(form.data.lists())
        again.pop(self.model._meta.pk.name, None)
        return again, typed

    def full_clean(self) -> None:
        super().full_clean()  # type: ignore[misc]
        formset: Any = self
        if not formset.is_bound:
            return
        formset._non_form_errors.extend(self.notices)
        for form in formset.initial_forms:
            if form.prefix in self.merges and (form.has_changed() or not self.is_list):
                self._mark(formset, form, self.merges[form.prefix])

    def _mark(self, formset: Any, form: Any, merge: Merge | None) -> None:
        if not (self.can_delete and formset._should_delete_form(form)):
            if merge is not None or form.has_changed():
                mark_conflicts(form, merge)
        # Django does not look at the errors of rows that are to be removed.
        elif merge is None:
            formset._non_form_errors.append(unknown_state_text())
        elif merge.is_stale:
            formset._non_form_errors.extend(stale_lines(form, merge))


def seen_rows_formset(formset_class: type[Any], *, is_list: bool = False) -> type[Any]:
    """The formset class, guarding against two people who edit the same rows."""
    name = formset_class.__name__
    return type(name, (SeenRowsMixin, formset_class), {"is_list": is_list})
