"""The page that erases a person, for customers and accounts alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy_

from core.admin.action_page import ActionPage
from core.admin.base import BaseAdmin
from core.admin.widgets import TextInput


class ErasureForm(forms.Form):
    """A word to type: nobody erases a person by one click."""

    confirmation = forms.CharField(
        label=lazy_("Confirmation"),
        help_text=lazy_("Type ERASE. This cannot be undone."),
        max_length=20,
        widget=TextInput(),
    )

    def clean_confirmation(self) -> str:
        """The word in the language of the screen, in any case."""
        typed: str = self.cleaned_data["confirmation"].strip()
        if typed.casefold() != _("ERASE").casefold():
            raise forms.ValidationError(_("Type ERASE to confirm."))
        return typed


def erasure_page(
    model_admin: BaseAdmin,
    request: HttpRequest,
    row: models.Model,
    *,
    explanation: str,
    erase: Callable[[], object],
) -> HttpResponse:
    """Ask for the word, then call `erase`. The caller has checked the permission."""

    def perform(_values: dict[str, Any]) -> str:
        erase()
        return _("The personal data was erased.")

    return ActionPage(
        title=_("Erase the personal data of %(row)s") % {"row": row},
        explanation=explanation,
        submit_label=_("Erase personal data"),
        back_url=model_admin.page_url("change", row.pk),
        perform=perform,
        form_class=ErasureForm,
        is_dangerous=True,
    ).answer(model_admin, request)
