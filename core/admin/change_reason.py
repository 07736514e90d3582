"""Why somebody made a change: one optional input for a whole page, kept with all it saves."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.admin.widgets import TextInput
from core.context import change_context

CHANGE_REASON = "change_reason"
LONGEST_REASON = 300


class ReasonField(forms.CharField):
    """Never a change by itself."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Reason for this change"),
            help_text=_(
                "Optional. History shows it for good: write no names, phone numbers or addresses."
            ),
            max_length=LONGEST_REASON,
            required=False,
            widget=TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class ReasonedFormMixin:
    """A form that asks for the reason."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[CHANGE_REASON] = ReasonField()


def reasoned_form(form_class: type[Any]) -> type[Any]:
    """The form class, asking for the reason as well."""
    return type(form_class.__name__, (ReasonedFormMixin, form_class), {})


@contextlib.contextmanager
def reason_of(form: forms.BaseForm) -> Iterator[None]:
    """What is saved in the block carries the reason that the checked form holds."""
    with change_context(reason=form.cleaned_data.get(CHANGE_REASON) or None):
        yield


class ReasonForm(forms.Form):
    """Asks for nothing but the reason."""

    reason = ReasonField()
