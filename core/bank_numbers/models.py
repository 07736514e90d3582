"""What every stored bank account has: encrypted numbers, shown by their last four characters."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.encryption import EncryptedTextField


class AccountType(models.TextChoices):
    CURRENT = "current", _("current account")
    SAVINGS = "savings", _("savings account")
    CASH_CREDIT = "cash_credit", _("cash credit")
    OVERDRAFT = "overdraft", _("overdraft")


class StoredAccount(models.Model):
    """The columns of a bank account, whoever's it is.

    The number and the IBAN are encrypted; `last_four` is what may be shown, and `fingerprint` (a
    keyed digest) tells the same account without reading it.
    """

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

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.bank_name} {self.shown_number()}"

    def shown_number(self) -> str:
        """The number as everybody may see it: ••••6789."""
        return f"••••{self.last_four}"
