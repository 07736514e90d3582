"""Rates of tax codes, by day, and their revision in bulk."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from settings_modules.commodities.enums import CodeKind
from settings_modules.commodities.models.tax_codes import TaxCode


def _rate() -> models.DecimalField[Any, Any]:
    return models.DecimalField(
        _("rate"),
        max_digits=6,
        decimal_places=3,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Percent; zero is a rate."),
    )


class _DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


@track_history()
class TaxRateRevision(EventMixin, VersionedModel):
    """One notification that gave codes a new rate from a day on.

    `codes` are those that were named; with `is_prefix` they stand for every code that begins with
    one of them. A reversed revision stays, with its rates taken back.
    """

    event_stream = "tax_rate_revision"

    kind = models.CharField(_("kind"), max_length=3, choices=CodeKind, default=CodeKind.HSN)
    codes = ArrayField(models.CharField(max_length=8), verbose_name=_("codes"))
    is_prefix = models.BooleanField(
        _("with the codes below"),
        default=False,
        help_text=_("Every code that begins so gets the rate."),
    )
    rate = _rate()
    valid_from = models.DateField(_("from"))
    notification = models.CharField(
        _("notification"), max_length=200, help_text=_("Such as 09/2025-Central Tax (Rate).")
    )
    added_count = models.PositiveIntegerField(_("rates added"), default=0, editable=False)
    closed_count = models.PositiveIntegerField(_("rates closed"), default=0, editable=False)
    reversed_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("revision of tax rates")
        verbose_name_plural = _("revisions of tax rates")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate__range=(0, 100)),
                name="commodities_revision_rate_is_percent",
                violation_error_message=_("A rate is 0 to 100 percent."),
            ),
            models.CheckConstraint(
                condition=~Q(notification=""),
                name="commodities_revision_notified",
                violation_error_message=_("Name the notification."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notification}, {self.valid_from}"


@track_history()
class TaxRate(EventMixin, VersionedModel):
    """What a tax code costs from `valid_from` to `valid_until`, both days included; without an end
    it goes on. Rates of one code never cover the same day."""

    event_stream = "tax_rate"

    tax_code = models.ForeignKey(
        TaxCode, on_delete=models.PROTECT, related_name="rates", verbose_name=_("tax code")
    )
    rate = _rate()
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)
    notification = models.CharField(
        _("notification"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("Such as 09/2025-Central Tax (Rate)."),
    )
    added_by_revision = models.ForeignKey(
        TaxRateRevision,
        on_delete=models.PROTECT,
        related_name="added_rates",
        verbose_name=_("added by"),
        null=True,
        blank=True,
        editable=False,
    )
    closed_by_revision = models.ForeignKey(
        TaxRateRevision,
        on_delete=models.PROTECT,
        related_name="closed_rates",
        verbose_name=_("closed by"),
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ["tax_code", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate__range=(0, 100)),
                name="commodities_tax_rate_is_percent",
                violation_error_message=_("A rate is 0 to 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="commodities_tax_rate_ends_after_start",
                violation_error_message=_("The last day comes before the first."),
            ),
            ExclusionConstraint(
                name="commodities_tax_rates_apart",
                expressions=[
                    ("tax_code", RangeOperators.EQUAL),
                    (
                        _DateRange(
                            "valid_from",
                            "valid_until",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Another rate of this code covers some of these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tax_code}: {self.rate.normalize():f} % ({self.valid_from})"
