"""The companies that sell, the series of their document numbers, and the people in them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.identity.roles import group_label
from core.uploads.fields import CheckedImageField


class Plan(models.TextChoices):
    """How often an organization's people may call the API; `ORGANIZATION_PLANS` has figures."""

    STANDARD = "standard", _("standard")
    PLUS = "plus", _("plus")
    LARGE = "large", _("large")


@track_history()
class Organization(EventMixin, VersionedModel):
    """A company of ours. Exactly one is the selling one: its series number the orders."""

    event_stream = "organization"
    organization_lookup = "pk"

    name = models.CharField(_("name"), max_length=200, unique=True)
    is_seller = models.BooleanField(_("sells in the shop"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    plan = models.CharField(
        _("plan"),
        max_length=20,
        choices=Plan,
        default=Plan.STANDARD,
        db_default=Plan.STANDARD,
        help_text=_("How many calls of the API a minute its people have."),
    )

    logo = CheckedImageField(
        _("logo"),
        upload_to="organizations/logos",
        blank=True,
        default="",
        db_default="",
        served_by="admin:organizations_organization_logo",
    )

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_seller"],
                condition=models.Q(is_seller=True),
                name="organizations_one_seller",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DocumentType(models.TextChoices):
    ORDER = "order", _("order")


@track_history(exclude=["next_number"])
class DocumentSeries(EventMixin, VersionedModel):
    """Numbers of one kind of document of one organization, without gaps.

    `next_number` is taken under the row's lock inside the document's own transaction, so a number
    exists exactly when its document does. It is left out of history: the documents show it.
    """

    event_stream = "document_series"
    organization_lookup = "organization"
    unversioned_fields = ("next_number",)

    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="series",
        verbose_name=_("organization"),
    )
    document_type = models.CharField(_("document"), max_length=16, choices=DocumentType)
    prefix = models.CharField(_("prefix"), max_length=16, blank=True)
    padding = models.PositiveSmallIntegerField(_("digits"), default=6)
    next_number = models.PositiveBigIntegerField(_("next number"), default=1)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("document series")
        verbose_name_plural = _("document series")
        ordering = ["organization", "document_type"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "document_type"],
                condition=models.Q(is_active=True),
                name="organizations_one_active_series",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.get_document_type_display()} {self.prefix}"


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
