"""Filters of lists that refuse what they cannot read, instead of leaving it out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django_filters.rest_framework import BooleanFilter
from django_filters.widgets import BooleanWidget


class TruthWidget(BooleanWidget):  # type: ignore[misc]  # the package has no types
    """`true` or `false`, also as 1 and 0; anything else stays as it was sent."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        understood = super().value_from_datadict(data, files, name)
        return data.get(name) if understood is None else understood


class TruthField(forms.NullBooleanField):
    """A truth value or nothing. Raises ValidationError for any other text."""

    widget = TruthWidget
    default_error_messages = {"invalid": "Send true or false."}

    def clean(self, value: Any) -> bool | None:
        if value is None or value == "":
            return None
        if not isinstance(value, bool):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return value


class TruthFilter(BooleanFilter):  # type: ignore[misc]  # the package has no types
    """By a truth value; a text that is none answers 400."""

    field_class = TruthField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"widget": TruthWidget, **kwargs})
