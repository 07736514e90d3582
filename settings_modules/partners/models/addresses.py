"""Where business partners get their invoices and their goods."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.references.yielding import yields_in_merge
from core.text_search import FoldedText
from settings_modules.partners.models.partners import BusinessPartner

#: Where somebody lives is as personal as the name.
_PERSONAL = ["label", "recipient", "phone", "line1", "line2", "pincode", "instructions"]


def _text(verbose_name: Any, length: int, **more: Any) -> models.CharField[Any, Any]:
    return models.CharField(verbose_name, max_length=length, blank=True, **more)


@yields_in_merge("is_billing_default", "is_shipping_default")
@track_history(exclude=[*_PERSONAL, "search_text"])
class PartnerAddress(EventMixin, VersionedModel):
    """An address of a partner. While there are active ones, exactly one is the default of invoices
    and exactly one that of deliveries; it may be the same."""

    event_stream = "partner_address"

    partner = models.ForeignKey(
        BusinessPartner,
        on_delete=models.PROTECT,
        related_name="addresses",
        verbose_name=_("business partner"),
    )
    label = _text(_("label"), 100, help_text=_("Such as “Main mill” or “Gate 2”."))
    recipient = _text(_("recipient"), 200)
    phone = PhoneNumberField(_("phone"), blank=True)
    line1 = models.CharField(_("street"), max_length=255)
    line2 = _text(_("street, second line"), 255)
    city = _text(_("city"), 100)
    state = _text(pgettext_lazy("part of a country", "state"), 100)
    pincode = _text(_("postal code"), 20)
    country = _text(_("country"), 2, help_text=_("ISO code of two letters."))
    instructions = _text(_("instructions for the driver"), 500)
    is_billing_default = models.BooleanField(_("default for invoices"), default=False)
    is_shipping_default = models.BooleanField(_("default for deliveries"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    search_text = models.GeneratedField(
        expression=FoldedText("label", "recipient", "line1", "city", "state", "pincode"),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("address of a partner")
        verbose_name_plural = _("addresses of partners")
        ordering = ["partner", "-is_billing_default", "-is_shipping_default", "id"]
        indexes = [
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="partners_address_search"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(is_billing_default=True),
                name="partners_one_billing_address",
                violation_error_message=_("Another address is the default for invoices."),
            ),
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(is_shipping_default=True),
                name="partners_one_shipping_address",
                violation_error_message=_("Another address is the default for deliveries."),
            ),
            models.CheckConstraint(
                condition=Q(is_active=True)
                | Q(is_billing_default=False, is_shipping_default=False),
                name="partners_default_address_is_active",
                violation_error_message=_("A default address cannot be inactive."),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.label or self.line1, self.city) if part)
