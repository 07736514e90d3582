"""The bank accounts of a company: encrypted, and shown by their last four characters."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.encryption import EncryptedTextField
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from settings_modules.organizations.models.organizations import Organization


class AccountType(models.TextChoices):
    CURRENT = "current", _("current account")
    SAVINGS = "savings", _("savings account")
    CASH_CREDIT = "cash_credit", _("cash credit")
    OVERDRAFT = "overdraft", _("overdraft")


@track_history(exclude=["account_number", "iban", "fingerprint"])
class BankAccount(EventMixin, VersionedModel):
    """An account of an organization. While it has active ones, exactly one of them is the default.

    The number and the IBAN are encrypted; `last_four` is what may be shown, and `fingerprint` (a
    keyed digest) tells the same account without reading it.
    """

    event_stream = "bank_account"
    organization_lookup = "organization"
    unversioned_fields = ("fingerprint",)

    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="bank_accounts",
        verbose_name=_("organization"),
    )
    account_holder = models.CharField(_("account holder"), max_length=255)
    bank_name = models.CharField(_("bank"), max_length=255)
    branch = models.CharField(_("branch"), max_length=255, blank=True)
    account_type = models.CharField(
        _("type of account"), max_length=16, choices=AccountType, default=AccountType.CURRENT
    )
    currency = models.CharField(_("currency"), max_length=3)
    account_number = EncryptedTextField(_("account number"), blank=True)
    iban = EncryptedTextField("IBAN", blank=True)
    last_four = models.CharField(_("last four"), max_length=4, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    ifsc = models.CharField("IFSC", max_length=11, blank=True)
    swift_code = models.CharField("SWIFT/BIC", max_length=11, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ["organization", "-is_default", "bank_name", "id"]
        permissions = [("reveal_bankaccount", _("Can see whole account numbers"))]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(is_default=True),
                name="organizations_one_default_account",
                violation_error_message=_("Another bank account is the default one."),
            ),
            models.UniqueConstraint(
                fields=["organization", "fingerprint"],
                name="organizations_bank_account_once",
                violation_error_message=_("The organization already has this account."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(is_active=True),
                name="organizations_default_account_is_active",
                violation_error_message=_("The default bank account cannot be inactive."),
            ),
            models.CheckConstraint(
                condition=~models.Q(account_number="") | ~models.Q(iban=""),
                name="organizations_bank_account_has_number",
                violation_error_message=_("Give the account number or the IBAN."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.shown_number()}"

    def shown_number(self) -> str:
        """The number as everybody may see it: ••••6789."""
        return f"••••{self.last_four}"
