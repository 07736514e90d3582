"""The people at a business partner."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.references.yielding import yields_in_merge
from core.text_search import FoldedText
from settings_modules.partners.models.partners import BusinessPartner


@yields_in_merge("is_primary")
@track_history(exclude=["name", "job_title", "phone", "email", "search_text"])
class PartnerContact(EventMixin, VersionedModel):
    """Somebody who speaks for a partner. While there are active ones, exactly one is primary."""

    event_stream = "partner_contact"

    partner = models.ForeignKey(
        BusinessPartner,
        on_delete=models.PROTECT,
        related_name="contacts",
        verbose_name=_("business partner"),
    )
    name = models.CharField(_("name"), max_length=200)
    job_title = models.CharField(_("position"), max_length=100, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_primary = models.BooleanField(_("primary"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    search_text = models.GeneratedField(
        expression=FoldedText("name", Cast("phone", models.CharField()), "email"),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("contact of a partner")
        verbose_name_plural = _("contacts of partners")
        ordering = ["partner", "-is_primary", "name", "id"]
        indexes = [
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="partners_contact_search"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(is_primary=True),
                name="partners_one_primary_contact",
                violation_error_message=_("Another contact is the primary one."),
            ),
            models.CheckConstraint(
                condition=Q(is_primary=False) | Q(is_active=True),
                name="partners_primary_contact_is_active",
                violation_error_message=_("The primary contact cannot be inactive."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
