"""The bank accounts of business partners: encrypted, and shown by their last four characters."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.bank_numbers.models import StoredAccount
from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.references.yielding import yields_in_merge
from settings_modules.partners.models.partners import BusinessPartner


@yields_in_merge("is_default", "is_active")
@track_history(exclude=["account_holder", "account_number", "iban", "last_four", "fingerprint"])
class PartnerBankAccount(EventMixin, StoredAccount, VersionedModel):
    """Where a partner is paid. While there are active ones, exactly one of them is the default."""

    event_stream = "partner_bank_account"
    unversioned_fields = ("fingerprint",)

    partner = models.ForeignKey(
        BusinessPartner,
        on_delete=models.PROTECT,
        related_name="bank_accounts",
        verbose_name=_("business partner"),
    )
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("bank account of a partner")
        verbose_name_plural = _("bank accounts of partners")
        ordering = ["partner", "-is_default", "bank_name", "id"]
        permissions = [("reveal_partnerbankaccount", _("Can see whole account numbers"))]
        constraints = [
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(is_default=True),
                name="partners_one_default_account",
                violation_error_message=_("Another bank account is the default one."),
            ),
            models.UniqueConstraint(
                fields=["partner", "fingerprint"],
                condition=Q(is_active=True),
                name="partners_bank_account_once",
                violation_error_message=_("The partner already has this account."),
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True),
                name="partners_default_account_is_active",
                violation_error_message=_("The default bank account cannot be inactive."),
            ),
            models.CheckConstraint(
                condition=~Q(account_number="") | ~Q(iban=""),
                name="partners_bank_account_has_number",
                violation_error_message=_("Give the account number or the IBAN."),
            ),
        ]
