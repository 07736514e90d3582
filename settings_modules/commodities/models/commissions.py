"""What brokers earn: rules with a scope, dates and tiers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DecimalRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Upper
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.money import grouped_number, plain_number
from settings_modules.commodities.enums import CommissionParty, CommissionType, TierBasis
from settings_modules.commodities.models.commodities import Commodity
from settings_modules.commodities.models.terms import TradeType
from settings_modules.commodities.models.units import Unit

_ENDS_BEFORE_START = _("The last day comes before the first.")
_ENDS_BELOW_START = _("A tier ends above its beginning.")
_NOT_TIERED = ~Q(commission_type=CommissionType.TIERED)


class _NumberRange(Func):
    function = "NUMRANGE"
    output_field = DecimalRangeField()


class _KindOfJson(Func):
    function = "jsonb_typeof"
    output_field = models.TextField()


def _rate(verbose_name: Any, **more: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(
        verbose_name, max_digits=12, decimal_places=4, validators=[MinValueValidator(0)], **more
    )


def _money(verbose_name: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(
        verbose_name,
        max_digits=15,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )


@track_history()
class CommissionStructure(EventMixin, VersionedModel):
    """A rule about commissions. Where commodity, trade type or country is empty it holds for all.

    A percentage is of the deal's amount, a fixed amount is for the deal, in `currency`; tiers are
    rows of their own. Bounds are in `currency` too. `forex_adjustment` is percent on top of the
    commission of deals across borders. Of two rules of the same scope the one with the lower
    `priority` holds.
    """

    event_stream = "commission"

    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True, default="", db_default="")
    commodity = models.ForeignKey(
        Commodity,
        on_delete=models.PROTECT,
        related_name="commissions",
        verbose_name=_("commodity"),
        null=True,
        blank=True,
        help_text=_("Empty: every commodity."),
    )
    trade_type = models.ForeignKey(
        TradeType,
        on_delete=models.PROTECT,
        related_name="commissions",
        verbose_name=_("trade type"),
        null=True,
        blank=True,
        help_text=_("Empty: every trade type."),
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        default="",
        db_default="",
        help_text=_("ISO code; empty: every country."),
    )
    applies_to = models.CharField(
        _("paid by"), max_length=8, choices=CommissionParty, default=CommissionParty.BOTH
    )
    commission_type = models.CharField(
        _("kind"), max_length=12, choices=CommissionType, default=CommissionType.PERCENTAGE
    )
    rate = _rate(
        _("rate"),
        null=True,
        blank=True,
        help_text=_("Percent, or the fixed amount; empty with tiers."),
    )
    rate_per_country: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(
        _("rates by country"),
        default=dict,
        blank=True,
        db_default={},
        help_text=_('Goes before the rate: {"AE": "1.2500"}.'),
    )
    currency = models.CharField(_("currency"), max_length=3, default="INR", db_default="INR")
    min_amount = _money(_("at least"))
    max_amount = _money(_("at most"))
    forex_adjustment = models.DecimalField(
        _("forex adjustment, percent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("On top of the commission of deals across borders."),
    )
    apply_forex_on_cross_border = models.BooleanField(_("adjusted across borders"), default=False)
    tier_basis = models.CharField(
        _("tiers by"), max_length=8, choices=TierBasis, blank=True, default="", db_default=""
    )
    tier_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="commission_tiers",
        verbose_name=_("unit of the tiers"),
        null=True,
        blank=True,
    )
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_until = models.DateField(_("last day"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=100, help_text=_("Of two rules of one scope the lower one holds.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("commission")
        verbose_name_plural = _("commissions")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                Upper("name"),
                name="commodities_commission_name_once",
                violation_error_message=_("Another commission has this name."),
            ),
            models.CheckConstraint(
                condition=Q(commission_type=CommissionType.TIERED, rate__isnull=True)
                | (_NOT_TIERED & Q(rate__isnull=False, rate__gte=0)),
                name="commodities_commission_rate_or_tiers",
                violation_error_message=_("A commission has a rate, or tiers instead of one."),
            ),
            models.CheckConstraint(
                condition=~Q(commission_type=CommissionType.PERCENTAGE) | Q(rate__lte=100),
                name="commodities_commission_at_most_all",
                violation_error_message=_("A percentage is 0 to 100."),
            ),
            models.CheckConstraint(
                condition=(_NOT_TIERED & Q(tier_basis="", tier_unit__isnull=True))
                | Q(
                    commission_type=CommissionType.TIERED,
                    tier_basis=TierBasis.AMOUNT,
                    tier_unit__isnull=True,
                )
                | Q(
                    commission_type=CommissionType.TIERED,
                    tier_basis=TierBasis.QUANTITY,
                    tier_unit__isnull=False,
                ),
                name="commodities_commission_tier_basis",
                violation_error_message=_(
                    "Tiers are by amount, or by quantity in a unit; without tiers there is neither."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(min_amount__isnull=True) | Q(min_amount__gte=0))
                & (Q(max_amount__isnull=True) | Q(max_amount__gte=0)),
                name="commodities_commission_bounds_positive",
                violation_error_message=_("An amount is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(min_amount__isnull=True)
                | Q(max_amount__isnull=True)
                | Q(min_amount__lte=F("max_amount")),
                name="commodities_commission_bounds_in_order",
                violation_error_message=_("The least amount is above the highest."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lte=F("valid_until")),
                name="commodities_commission_days_in_order",
                violation_error_message=_ENDS_BEFORE_START,
            ),
            models.CheckConstraint(
                condition=Q(forex_adjustment__isnull=True) | Q(forex_adjustment__range=(0, 100)),
                name="commodities_commission_forex_is_percent",
                violation_error_message=_("An adjustment is 0 to 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(apply_forex_on_cross_border=False) | Q(forex_adjustment__isnull=False),
                name="commodities_commission_forex_given",
                violation_error_message=_("Say by how much it is adjusted across borders."),
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$")
                & (Q(country="") | Q(country__regex=r"^[A-Z]{2}$")),
                name="commodities_commission_iso_codes",
                violation_error_message=_("Currencies and countries are ISO codes."),
            ),
            models.CheckConstraint(
                condition=Q(Exact(_KindOfJson(F("rate_per_country")), models.Value("object"))),
                name="commodities_commission_country_rates",
                violation_error_message=_("Rates by country are a rate for each ISO code."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@track_history()
class CommissionTier(VersionedModel):
    """The rate of deals from `starts_at` on and below `ends_below` (None: without end).

    Both count in `currency`, or in the unit of the commission when its tiers are by quantity. The
    rate is percent of the amount, or an amount of `currency` for each unit. Tiers of one commission
    and currency do not overlap.
    """

    structure = models.ForeignKey(
        CommissionStructure,
        on_delete=models.CASCADE,
        related_name="tiers",
        verbose_name=_("commission"),
    )
    currency = models.CharField(_("currency"), max_length=3, default="INR", db_default="INR")
    starts_at = models.DecimalField(
        _("from"),
        max_digits=18,
        decimal_places=4,
        default=Decimal(0),
        validators=[MinValueValidator(0)],
    )
    ends_below = models.DecimalField(
        _("below"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    rate = _rate(_("rate"))

    class Meta:
        verbose_name = _("commission tier")
        verbose_name_plural = _("commission tiers")
        ordering = ["structure", "currency", "starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__gte=0, rate__gte=0),
                name="commodities_tier_not_negative",
                violation_error_message=_("Neither beginning nor rate is negative."),
            ),
            models.CheckConstraint(
                condition=Q(ends_below__isnull=True) | Q(ends_below__gt=F("starts_at")),
                name="commodities_tier_ends_above_its_start",
                violation_error_message=_ENDS_BELOW_START,
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="commodities_tier_currency_code",
                violation_error_message=_("A currency is three capital letters."),
            ),
            ExclusionConstraint(
                name="commodities_tiers_do_not_overlap",
                expressions=[
                    ("structure", RangeOperators.EQUAL),
                    ("currency", RangeOperators.EQUAL),
                    (
                        _NumberRange(F("starts_at"), F("ends_below"), RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Two tiers overlap."),
            ),
        ]

    def __str__(self) -> str:
        end = "" if self.ends_below is None else grouped_number(self.ends_below)
        return f"{grouped_number(self.starts_at)}–{end} {self.currency}: {plain_number(self.rate)}"

    def clean(self) -> None:
        """Told before the constraints are asked: PostgreSQL makes no range of such numbers."""
        if self.starts_at is None or self.ends_below is None:
            return
        if self.ends_below <= self.starts_at:
            raise ValidationError({"ends_below": _ENDS_BELOW_START})
