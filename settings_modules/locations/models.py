"""Places where the company keeps and hands out goods."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.i18n import translated_field


class LocationKind(models.TextChoices):
    WAREHOUSE = "warehouse", _("warehouse")


@track_history()
class Location(EventMixin, VersionedModel):
    """A place; only warehouses for now. Shoppers are sold from the ones that are `is_sellable`."""

    event_stream = "location"

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = translated_field(models.CharField(_("name"), max_length=200, blank=True))
    kind = models.CharField(
        _("kind"), max_length=16, choices=LocationKind, default=LocationKind.WAREHOUSE
    )
    zoho_location_id = models.CharField(
        _("Zoho location"), max_length=32, null=True, blank=True, unique=True
    )
    is_sellable = models.BooleanField(_("sells to shoppers"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=100, help_text=_("Lower is taken from first.")
    )

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["priority", "code"]

    def __str__(self) -> str:
        return self.name or self.code
