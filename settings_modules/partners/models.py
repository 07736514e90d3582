"""The people and companies we trade with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history


@track_history(exclude=["name", "phone", "email"])
class BusinessPartner(EventMixin, VersionedModel):
    """A customer, known by the phone number in E.164 form. Personal fields stay out of history."""

    event_stream = "partner"

    name = models.CharField(_("name"), max_length=200)
    phone = PhoneNumberField(_("phone"), null=True, blank=True, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    zoho_contact_id = models.CharField(
        _("Zoho contact"), max_length=32, null=True, blank=True, unique=True
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("business partner")
        verbose_name_plural = _("business partners")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
