"""The people of an organization."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.identity.roles import group_label
from settings_modules.organizations.models.organizations import Organization


class MembershipRows(models.QuerySet["Membership"]):
    """Finds memberships by whether they hold."""

    def holding(self) -> MembershipRows:
        """Those in force at this moment: switched on, begun and not ended."""
        now = timezone.now()
        return self.filter(
            models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=now),
            is_active=True,
            valid_from__lte=now,
        )


@track_history()
class Membership(EventMixin, VersionedModel):
    """A role that a person holds in an organization, for good or for a time.

    It is switched off rather than removed: who held what stays on record.
    """

    event_stream = "membership"
    organization_lookup = "organization"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("person"),
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("organization"),
    )
    role = models.ForeignKey(
        "auth.Group",
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("role"),
    )
    valid_from = models.DateTimeField(_("holds from"), default=timezone.now)
    valid_until = models.DateTimeField(_("holds until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = MembershipRows.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["organization", "user", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "role"], name="organizations_membership_once"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gt=models.F("valid_from")),
                name="organizations_membership_ends_after_start",
                violation_error_message=_("The end comes before the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {group_label(self.role.name)}"
