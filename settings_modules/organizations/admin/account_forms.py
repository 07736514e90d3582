"""How a bank account of a company is written."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.admin.account_numbers import AccountNumbersForm
from core.errors import FieldError
from settings_modules.organizations.models import BankAccount
from settings_modules.organizations.selectors.findings import account_findings


class AccountForm(AccountNumbersForm):
    """The organization is chosen once; a stored number is kept while its input stays empty."""

    owner = "organization"

    class Meta:
        model = BankAccount
        fields = (
            *("organization", "account_holder", "bank_name", "branch", "account_type"),
            *("currency", "account_number", "iban", "ifsc", "swift_code", "is_active"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "currency" in self.fields:
            self.fields["currency"].help_text = _("Empty: that of the organization.")

    def found(self) -> list[FieldError]:
        return account_findings(self.instance)
