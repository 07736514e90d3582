"""Kinds of commodities."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.i18n import translated_field


@track_history()
class CommodityCategory(EventMixin, VersionedModel):
    """A kind of commodities, such as Pulses. `keywords` are whole words, in lower case and folded,
    by which a name is recognized; `priority` decides between two that match, the lower first."""

    event_stream = "commodity_category"

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = translated_field(models.CharField(_("name"), max_length=100, blank=True))
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("part of"),
        null=True,
        blank=True,
    )
    keywords = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("words"),
        default=list,
        blank=True,
        help_text=_("Whole words and phrases by which a name is recognized, separated by commas."),
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=100, help_text=_("Of two that match the lower one is suggested.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("commodity category")
        verbose_name_plural = _("commodity categories")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                Upper("name_en"),
                condition=~Q(name_en=""),
                name="commodities_category_name_once",
                violation_error_message=_("Another category has this name."),
            ),
            models.CheckConstraint(
                condition=~Q(name_en="", name_ar="", name_ckb="", name_hi=""),
                name="commodities_category_named",
                violation_error_message=_("Give a name in at least one language."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)
