"""Bank accounts on pages: numbers go in and come out again on one page alone, which is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.action_page import ActionPage
from core.admin.base import display
from core.admin.checked_numbers import CheckedNumbersForm
from core.admin.widgets import TextInput
from core.bank_numbers.numbers import ACCOUNT_CHECKS, ACCOUNT_SECRETS, RevealedAccount


class AccountNumbersForm(CheckedNumbersForm):
    """A stored number is kept while its input stays empty. `owner` is chosen once."""

    checked = frozenset(ACCOUNT_CHECKS)
    decided = frozenset({"is_active", "is_default"})
    owner: ClassVar[str] = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance if self.instance.pk is not None else None
        self._kept = {name: getattr(stored, name) for name in ACCOUNT_SECRETS} if stored else {}
        if stored is not None and self.owner in self.fields:
            self.fields[self.owner].disabled = True
        if "currency" in self.fields:
            self.fields["currency"].required = False
        for name in ACCOUNT_SECRETS:
            self.initial.pop(name, None)
            if name in self.fields:
                attributes = {"autocomplete": "off", "dir": "ltr"}
                if self._kept.get(name):
                    attributes["placeholder"] = f"••••{self._kept[name][-4:]}"
                    self.fields[name].help_text = _("Stored. Leave empty to keep it.")
                self.fields[name].widget.attrs |= attributes

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, kept in self._kept.items():
            if name in cleaned and not cleaned[name]:
                cleaned[name] = kept
        return cleaned


class AccountInputs:
    """For pages and tabs of accounts: inputs of one line, and the mask for those who look."""

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name in ACCOUNT_SECRETS:
            kwargs = {**kwargs, "widget": TextInput()}
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]

    @display(description=gettext_lazy("number"))
    def shown_number(self, obj: Any) -> str:
        return str(obj.shown_number()) if obj.pk else "—"


def masked(fieldsets: Any) -> Any:
    """The fieldsets with the mask in place of the numbers."""
    return [
        (name, {**options, "fields": [_masked(line) for line in options["fields"]]})
        for name, options in fieldsets
    ]


def _masked(line: Any) -> Any:
    if isinstance(line, str):
        return line
    if set(line) & set(ACCOUNT_SECRETS):
        return "shown_number"
    return line


def reveal_answer(
    model_admin: Any, request: HttpRequest, row: Any, reveal: Callable[[], RevealedAccount]
) -> HttpResponse:
    """Say that it is recorded; after a yes show the numbers, in this one answer.

    The caller has checked the permission.
    """
    facts: list[tuple[str, str]] = []
    if request.method == "POST" and "_confirm" in request.POST:
        with transaction.atomic():
            seen = reveal()
        facts = [
            (str(_("Account number")), seen.account_number or "—"),
            ("IBAN", seen.iban or "—"),
        ]
    page = ActionPage(
        title=str(row),
        explanation=(
            _("This page is not kept anywhere.")
            if facts
            else _("It is recorded that you looked at the whole number.")
        ),
        submit_label=_("Reveal"),
        back_url=model_admin.page_url("change", row.pk),
        perform=lambda _values: "",
        facts=facts,
        is_offered=not facts,
    )
    context = {
        **model_admin.admin_site.each_context(request),
        "title": page.title,
        "page": page,
        "form": forms.Form(),
        "opts": model_admin.opts,
    }
    answer = TemplateResponse(request, "admin/action_page.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
