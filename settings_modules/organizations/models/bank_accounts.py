"""The bank accounts of a company: encrypted, and shown by their last four characters."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.bank_numbers.models import StoredAccount
from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from settings_modules.organizations.models.organizations import Organization


@track_history(exclude=["account_number", "iban", "fingerprint"])
class BankAccount(EventMixin, StoredAccount, VersionedModel):
    """An account of an organization. While it has active ones, one of them is the default."""

    event_stream = "bank_account"
    organization_lookup = "organization"
    unversioned_fields = ("fingerprint",)

    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="bank_accounts",
        verbose_name=_("organization"),
    )
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
