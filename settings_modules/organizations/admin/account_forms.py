"""How a bank account is written: its numbers go in and do not come out again."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.admin.checked_numbers import CheckedNumbersForm
from core.bank_numbers.numbers import ACCOUNT_CHECKS, ACCOUNT_SECRETS
from core.errors import FieldError
from settings_modules.organizations.models import BankAccount
from settings_modules.organizations.selectors.findings import account_findings


class AccountForm(CheckedNumbersForm):
    """The organization is chosen once; a stored number is kept while its input stays empty."""

    checked = frozenset(ACCOUNT_CHECKS)
    decided = frozenset({"is_active", "is_default"})

    class Meta:
        model = BankAccount
        fields = (
            *("organization", "account_holder", "bank_name", "branch", "account_type"),
            *("currency", "account_number", "iban", "ifsc", "swift_code", "is_active"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance if self.instance.pk is not None else None
        self._kept = {name: getattr(stored, name) for name in ACCOUNT_SECRETS} if stored else {}
        if stored is not None and "organization" in self.fields:
            self.fields["organization"].disabled = True
        if "currency" in self.fields:
            self.fields["currency"].required = False
            self.fields["currency"].help_text = _("Empty: that of the organization.")
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

    def found(self) -> list[FieldError]:
        return account_findings(self.instance)
