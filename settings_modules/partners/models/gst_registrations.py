"""Where business partners are registered for India's goods and services tax."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.references.yielding import yields_in_merge
from settings_modules.partners.models.partners import BusinessPartner


@yields_in_merge("is_primary", "is_active")
@track_history(exclude=["gstin", "legal_name", "address"])
class PartnerGstRegistration(EventMixin, VersionedModel):
    """A GSTIN of a partner. While there are active ones, exactly one is primary.

    A sole proprietor's holds the person's PAN: it stays out of history.
    """

    event_stream = "partner_gst_registration"

    partner = models.ForeignKey(
        BusinessPartner,
        on_delete=models.PROTECT,
        related_name="gst_registrations",
        verbose_name=_("business partner"),
    )
    gstin = models.CharField("GSTIN", max_length=15)
    legal_name = models.CharField(_("legal name"), max_length=255, blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)
    state = models.CharField(
        pgettext_lazy("part of a country", "state"),
        max_length=128,
        blank=True,
        help_text=_("Empty: filled in from the GSTIN. Another state than the GSTIN's is refused."),
    )
    is_primary = models.BooleanField(_("primary"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("GST registration of a partner")
        verbose_name_plural = _("GST registrations of partners")
        ordering = ["partner", "-is_primary", "gstin", "id"]
        indexes = [
            GinIndex(OpClass("gstin", name="gin_trgm_ops"), name="partners_gstin_search"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(is_primary=True),
                name="partners_one_primary_gst",
                violation_error_message=_("Another GST registration is the primary one."),
            ),
            models.UniqueConstraint(
                fields=["partner", "gstin"],
                condition=Q(is_active=True),
                name="partners_gstin_once",
                violation_error_message=_("The partner already has this GSTIN."),
            ),
            models.CheckConstraint(
                condition=Q(is_primary=False) | Q(is_active=True),
                name="partners_primary_gst_is_active",
                violation_error_message=_("The primary GST registration cannot be inactive."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gstin} {self.state}".strip()
