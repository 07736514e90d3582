"""Changes that wait for a second person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.encryption import EncryptedTextField
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from settings_modules.organizations.models.organizations import Organization


class ApprovalKind(models.TextChoices):
    ADD_BANK_ACCOUNT = "add_bank_account", _("add a bank account")
    CHANGE_BANK_ACCOUNT = "change_bank_account", _("change a bank account")
    REMOVE_BANK_ACCOUNT = "remove_bank_account", _("remove a bank account")
    REOPEN_YEAR = "reopen_year", _("reopen a financial year")


class Decision(models.TextChoices):
    WAITING = "waiting", _("waiting")
    AGREED = "agreed", _("agreed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


@track_history(exclude=["proposal"])
class ApprovalRequest(EventMixin, VersionedModel):
    """A change that one person asks for and another agrees to or refuses.

    `proposal` is the change as JSON, encrypted: it may hold account numbers. `target_id` is the
    key of the account or year; none for a new account. `seen_version` is the version of the target
    that the asking person saw.
    """

    event_stream = "approval_request"
    organization_lookup = "organization"

    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="approval_requests",
        verbose_name=_("organization"),
    )
    kind = models.CharField(_("change"), max_length=24, choices=ApprovalKind)
    target_id = models.BigIntegerField(null=True)
    seen_version = models.PositiveIntegerField(null=True)
    proposal = EncryptedTextField(blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("asked by"),
    )
    requested_at = models.DateTimeField(_("asked"), default=timezone.now)
    decision = models.CharField(
        _("decision"), max_length=12, choices=Decision, default=Decision.WAITING
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
        null=True,
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change to be agreed")
        verbose_name_plural = _("changes to be agreed")
        ordering = ["-id"]
        default_permissions = ("view",)
        permissions = [("decide_approvalrequest", _("Can agree to and refuse changes"))]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target_id"],
                condition=Q(decision=Decision.WAITING, target_id__isnull=False),
                name="organizations_one_waiting_change",
                violation_error_message=_("Such a change is waiting already."),
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.WAITING, decided_by__isnull=True)
                | (~Q(decision=Decision.WAITING) & Q(decided_by__isnull=False)),
                name="organizations_decision_has_person",
            ),
            models.CheckConstraint(
                condition=~Q(decision__in=[Decision.AGREED, Decision.REFUSED])
                | ~Q(decided_by=F("requested_by")),
                name="organizations_second_person_decides",
                violation_error_message=_("Somebody else than the asking person decides."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
