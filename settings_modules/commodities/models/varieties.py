"""Varieties of a commodity."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from settings_modules.commodities.models.commodities import Commodity


@track_history()
class CommodityVariety(EventMixin, VersionedModel):
    """A variety that is traded under a name of its own, such as the cotton DCH-32. `is_standard`
    marks what is meant when a deal names none of them."""

    event_stream = "commodity_variety"

    commodity = models.ForeignKey(
        Commodity, on_delete=models.CASCADE, related_name="varieties", verbose_name=_("commodity")
    )
    name = models.CharField(_("name"), max_length=200)
    code = models.CharField(_("code"), max_length=50, null=True, blank=True)
    description = models.TextField(_("description"), blank=True, default="", db_default="")
    is_standard = models.BooleanField(_("standard"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("variety")
        verbose_name_plural = _("varieties")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                "commodity",
                Upper("name"),
                name="commodities_variety_name_once",
                violation_error_message=_("Another variety of the commodity has this name."),
            ),
            models.UniqueConstraint(
                "commodity",
                Upper("code"),
                name="commodities_variety_code_once",
                violation_error_message=_("Another variety of the commodity has this code."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="commodities_variety_named",
                violation_error_message=_("Give a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
