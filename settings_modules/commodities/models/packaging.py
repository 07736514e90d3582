"""What packages of a commodity hold."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from settings_modules.commodities.enums import PACKAGED
from settings_modules.commodities.models.commodities import Commodity
from settings_modules.commodities.models.units import Unit

_ENDS_BEFORE_START = _("The last day comes before the first.")


class _DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


@track_history()
class CommodityPackaging(EventMixin, VersionedModel):
    """From `valid_from` to `valid_until` (both included; null: until further notice) one `unit` of
    the commodity holds `weight` of `weight_unit`.

    `weight_unit` is the commodity's base unit when the row was made, and stays when the commodity
    gets another one: what was agreed does not change its meaning.
    """

    event_stream = "commodity_packaging"

    commodity = models.ForeignKey(
        Commodity,
        on_delete=models.CASCADE,
        related_name="packagings",
        verbose_name=_("commodity"),
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="packagings",
        verbose_name=_("package"),
        limit_choices_to={"dimension__in": PACKAGED},
    )
    weight = models.DecimalField(_("one package holds"), max_digits=24, decimal_places=9)
    weight_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="packagings_weighed",
        verbose_name=_("counted in"),
        editable=False,
    )
    valid_from = models.DateField(_("first day"), default=timezone.localdate)
    valid_until = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: until further notice.")
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("packaging")
        verbose_name_plural = _("packagings")
        ordering = ["commodity", "unit", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__gt=0),
                name="commodities_packaging_weight_positive",
                violation_error_message=_("A package holds more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="commodities_packaging_ends_after_start",
                violation_error_message=_ENDS_BEFORE_START,
            ),
            ExclusionConstraint(
                name="commodities_packaging_no_overlap",
                expressions=[
                    ("commodity", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (
                        _DateRange(F("valid_from"), F("valid_until"), RangeBoundary(True, True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_(
                    "Another packaging of this commodity in this unit is valid on some of the days."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commodity}: {self.unit}"

    def clean(self) -> None:
        """Told before the constraints are asked: PostgreSQL makes no range of such dates."""
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _ENDS_BEFORE_START})
