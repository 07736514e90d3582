"""Forms whose numbers the service checks, and what is told beside what is wrong already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.validators import EmailValidator, MaxLengthValidator
from django.forms import ModelForm
from django.utils.html import format_html, format_html_join

from core.admin.badges import badge
from core.admin.refusals import shown_detail
from core.errors import FieldError

_LEFT_TO_THE_SERVICE = (MaxLengthValidator, EmailValidator)


class CheckedNumbersForm(ModelForm):
    """`checked` inputs come to the service as they were written: it takes blanks out and says what
    is wrong. What is in `decided` it decides about as well."""

    checked: ClassVar[frozenset[str]] = frozenset()
    decided: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.checked & set(self.fields):
            field: Any = self.fields[name]
            field.max_length = None
            field.validators = [
                each for each in field.validators if not isinstance(each, _LEFT_TO_THE_SERVICE)
            ]
            field.widget.attrs.pop("maxlength", None)
            if isinstance(field, forms.EmailField):
                field.widget.input_type = "text"
        if self.instance.pk is not None:
            for found in self.found():
                if found.field in self.fields:
                    input_field = self.fields[found.field]
                    input_field.help_text = format_html(
                        "{} {}", badge(shown_detail(found), "warning"), input_field.help_text or ""
                    )

    def found(self) -> list[FieldError]:
        """What is wrong in the stored row."""
        return []

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded | self.checked | self.decided


def warning_list(found: Iterable[FieldError]) -> str:
    """What is wrong, one under the other; a dash when nothing is."""
    lines = format_html_join(
        "", "<div>{}</div>", ((badge(shown_detail(each), "warning"),) for each in found)
    )
    return lines or "—"
