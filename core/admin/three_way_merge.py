"""What was seen, what is stored now, and what was typed, put together input by input."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import models

from core.admin.seen_state import ModelField, SeenRow, is_secret, model_inputs, restored


@dataclass(frozen=True, slots=True)
class Difference:
    """An input whose stored value is another than the one seen; both as JSON values."""

    name: str
    before: Any
    after: Any


@dataclass(slots=True)
class Merge:
    """`taken` inputs show the other's value now, `clashing` ones keep what was typed.

    `is_stale` says that a decision was made on something that is no longer so.
    """

    seen: SeenRow
    taken: list[Difference] = field(default_factory=list)
    clashing: list[Difference] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    is_stale: bool = False


def merge_form(form: forms.ModelForm[Any], seen: SeenRow, now: SeenRow) -> Merge:
    """Compare all inputs of a bound form, and put the stored value where nothing was typed.

    The form's data must be a copy of its own. Columns that the system writes for itself
    (`unversioned_fields`) do not make the form stale unless somebody typed there, too.
    """
    merged = Merge(seen)
    for name, input_field, column in model_inputs(form):
        before, after = seen.values.get(name, now.values[name]), now.values[name]
        difference = Difference(name, before, after)
        is_typed = not input_field.disabled and differs(form, name, column, before)
        if is_typed:
            merged.typed.append(name)
            if before != after and differs(form, name, column, after):
                merged.clashing.append(difference)
        else:
            write_input(form, name, column, after)
            if before != after:
                merged.taken.append(difference)
    unseen = set(getattr(form.instance, "unversioned_fields", ()))
    merged.is_stale = (
        seen.version != now.version
        or bool(merged.clashing)
        or any(difference.name not in unseen for difference in merged.taken)
    )
    return merged


def differs(form: forms.ModelForm[Any], name: str, column: ModelField, value: Any) -> bool:
    """Whether the input holds something else than the value. An empty secret means: leave it.

    So does a file that was not chosen; False is its removal.
    """
    input_field, typed = form.fields[name], form[name].data
    if is_secret(input_field, column):
        return bool(typed)
    if isinstance(column, models.FileField):
        return bool(value) if typed is False else typed is not None
    given = restored(column, value)
    if isinstance(given, str) and isinstance(typed, str) and _text(given) == _text(typed):
        return False
    return bool(input_field.has_changed(given, typed))


def _text(value: str) -> str:
    """Browsers send line ends of their own, and forms drop blanks around a text."""
    return value.replace("\r\n", "\n").strip()


def write_input(form: forms.ModelForm[Any], name: str, column: ModelField, value: Any) -> None:
    """Let the input hold the value, as a browser would send it."""
    input_field = form.fields[name]
    data: Any = form.data
    key = form.add_prefix(name)
    if is_secret(input_field, column) or input_field.disabled:
        return
    if isinstance(column, models.FileField):
        return  # a page that comes back shows the stored file
    if column.many_to_many:
        data.setlist(key, [str(pk) for pk in value])
        return
    if isinstance(input_field.widget, forms.CheckboxInput):
        data.setlist(key, ["on"] if value else [])
        if not value:
            del data[key]
        return
    if isinstance(input_field, forms.MultipleChoiceField):
        data.setlist(key, [str(each) for each in value])
        return
    shown = input_field.prepare_value(restored(column, value))
    data[key] = "" if shown is None else str(shown)
