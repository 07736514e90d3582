"""Where a company is registered for India's goods and services tax."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from settings_modules.organizations.models.organizations import Organization


@track_history()
class GstRegistration(EventMixin, VersionedModel):
    """A GSTIN of an organization. While it has active ones, exactly one of them is primary.

    The database keeps that: at most one by an index, at least one by a trigger at the commit.
    """

    event_stream = "gst_registration"
    organization_lookup = "organization"

    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="gst_registrations",
        verbose_name=_("organization"),
    )
    gstin = models.CharField("GSTIN", max_length=15, unique=True)
    legal_name = models.CharField(_("legal name"), max_length=255, blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)
    state = models.CharField(
        pgettext_lazy("part of a country", "state"),
        max_length=128,
        blank=True,
        help_text=_("Empty: filled in from the GSTIN. Another state than the GSTIN's is refused."),
    )
    branch_code = models.CharField(_("branch code"), max_length=32, blank=True)
    is_primary = models.BooleanField(_("primary"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("GST registration")
        verbose_name_plural = _("GST registrations")
        ordering = ["organization", "-is_primary", "gstin"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(is_primary=True),
                name="organizations_one_primary_gst",
                violation_error_message=_("Another GST registration is the primary one."),
            ),
            models.UniqueConstraint(
                fields=["organization", "branch_code"],
                condition=~models.Q(branch_code=""),
                name="organizations_gst_branch_code_once",
                violation_error_message=_("Another GST registration has this branch code."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_primary=False) | models.Q(is_active=True),
                name="organizations_primary_gst_is_active",
                violation_error_message=_("The primary GST registration cannot be inactive."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gstin} {self.state}".strip()
