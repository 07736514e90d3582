"""What is said about query parameters that are not valid."""

from __future__ import annotations

from django import forms

from core.errors import FieldError, InvalidInput

_ARABIC = {
    "min_value": "القيمة أصغر من المسموح.",
    "max_value": "القيمة أكبر من المسموح.",
    "max_length": "النص أطول من المسموح.",
}


def refuse_form(form: forms.BaseForm) -> None:
    """Raise InvalidInput with every wrong parameter, each under the name it was sent by."""
    raise InvalidInput(
        details=[
            FieldError(
                form.add_prefix(name),
                str(error.code or "invalid"),
                " ".join(error.messages),
                _ARABIC.get(str(error.code), "القيمة غير صالحة."),
            )
            for name, errors in form.errors.as_data().items()
            for error in errors
        ]
    )
