"""Bank accounts of partners: a tab of the partner, and pages of their own.

Numbers are masked everywhere; the one page that shows them records who looked.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.admin.account_numbers import (
    AccountInputs,
    AccountNumbersForm,
    masked,
    reveal_answer,
)
from core.admin.base import BaseAdmin, BaseTabularInline, Values, action
from core.bank_numbers.numbers import ACCOUNT_SECRETS
from core.errors import FieldError
from settings_modules.partners.admin.records import RecordDoor
from settings_modules.partners.models import PartnerBankAccount
from settings_modules.partners.selectors.findings import account_findings
from settings_modules.partners.services.bank_accounts import (
    ACCOUNT_FIELDS,
    add_bank_account,
    remove_bank_account,
    reveal_partner_account,
    update_bank_account,
)

REVEAL = "partners.reveal_partnerbankaccount"


class AccountForm(AccountNumbersForm):
    """The partner is chosen once; a stored number is kept while its input stays empty."""

    owner = "partner"

    class Meta:
        model = PartnerBankAccount
        fields = ("partner", *ACCOUNT_FIELDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "currency" in self.fields:
            self.fields["currency"].help_text = _("Empty: that of the partner.")

    def found(self) -> list[FieldError]:
        return account_findings(self.instance)


class AccountDoor(AccountInputs, RecordDoor):
    """Accounts and their services."""

    form = AccountForm

    def findings(self, obj: PartnerBankAccount) -> list[FieldError]:
        return account_findings(obj)

    def create_row(self, obj: PartnerBankAccount, values: Values) -> PartnerBankAccount:
        return add_bank_account(partner=obj.partner, values=values)

    def update_row(self, obj: PartnerBankAccount, values: Values) -> None:
        update_bank_account(account=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: PartnerBankAccount) -> None:
        remove_bank_account(account=obj)


class AccountInline(AccountDoor, BaseTabularInline):
    """The accounts of a partner; the rest is on the account's own page."""

    model = PartnerBankAccount
    fields = (
        *("bank_name", "account_holder", "currency", "shown_number"),
        *("account_number", "iban", "ifsc", "is_default", "is_active", "warnings"),
    )
    readonly_fields = ("shown_number", "warnings")
    show_change_link = True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without inputs there is nothing but the mask to show."""
        fields = super().get_fields(request, obj)
        if self.has_add_permission(request, obj) or self.has_change_permission(request, obj):
            return fields
        return [name for name in fields if name not in ACCOUNT_SECRETS]


@admin.register(PartnerBankAccount)
class PartnerBankAccountAdmin(AccountDoor, BaseAdmin):
    """The accounts of all partners."""

    list_display = ("bank_name", "shown_number", "partner", "currency", "is_default", "is_active")
    list_filter = ("currency", "is_default", "is_active")
    search_fields = ("bank_name", "branch", "account_holder", "ifsc", "last_four", "partner__name")
    ordering = ("partner", "-is_default", "bank_name", "id")
    fieldsets = (
        (None, {"fields": ("partner", ("account_holder", "bank_name"), "branch")}),
        (
            None,
            {
                "fields": (
                    ("account_type", "currency"),
                    ("account_number", "iban"),
                    ("ifsc", "swift_code"),
                    ("is_default", "is_active"),
                    "warnings",
                )
            },
        ),
    )
    readonly_fields = ("warnings",)
    actions_detail = ("reveal_page",)
    empty_text = _("Add the bank accounts of a partner here, or in the tab of the partner.")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever only looks sees the mask in place of the inputs."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return masked(fieldsets)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "shown_number")

    def has_reveal_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see whole account numbers."""
        return bool(request.user.has_perm(REVEAL))

    @action(description=_("Reveal"), url_path="reveal", permissions=["reveal"])
    def reveal_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say that it is recorded; after a yes show the numbers, in this one answer."""
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect()
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return reveal_answer(self, request, row, lambda: reveal_partner_account(account=row))
