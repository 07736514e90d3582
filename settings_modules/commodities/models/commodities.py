"""The commodities themselves."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Upper
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.i18n import language_columns, translated_field
from core.text_search import FoldedText
from settings_modules.commodities.enums import PricingUnit, Volatility
from settings_modules.commodities.models.categories import CommodityCategory
from settings_modules.commodities.models.tax_codes import TaxCode
from settings_modules.commodities.models.units import Unit

_PERCENT = Q(delivery_tolerance_pct__isnull=True) | Q(delivery_tolerance_pct__range=(0, 100))
_WEIGHT_PERCENT = Q(weight_tolerance_pct__isnull=True) | Q(weight_tolerance_pct__range=(0, 100))


def _texts(verbose_name: Any, length: int = 100) -> ArrayField[Any, Any]:
    return ArrayField(
        models.CharField(max_length=length),
        verbose_name=verbose_name,
        default=list,
        blank=True,
        db_default=[],
    )


def _shaped(verbose_name: Any) -> models.JSONField[Any, Any]:
    """JSON whose shape the service checks."""
    return models.JSONField(verbose_name, default=dict, blank=True, db_default={})


def _percent(verbose_name: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(
        verbose_name,
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )


def _unit(verbose_name: Any, name: str, **more: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name=f"commodities_by_{name}",
        verbose_name=verbose_name,
        **more,
    )


@track_history(exclude=["search_text"])
class Commodity(EventMixin, VersionedModel):
    """Something that is traded. Stocks count in `base_unit`, deals in `trade_unit`, prices in
    `rate_unit`. `gst_rate` goes before the dated rate of the tax code; zero is a rate.
    """

    event_stream = "commodity"

    code = models.CharField(
        _("code"),
        max_length=40,
        null=True,
        blank=True,
        help_text=_("Your own, such as COTTON-001."),
    )
    name = translated_field(models.CharField(_("name"), max_length=200, blank=True))
    category = models.ForeignKey(
        CommodityCategory,
        on_delete=models.PROTECT,
        related_name="commodities",
        verbose_name=_("category"),
    )
    description = translated_field(models.TextField(_("description"), blank=True))
    tax_code = models.ForeignKey(
        TaxCode,
        on_delete=models.PROTECT,
        related_name="commodities",
        verbose_name=_("HSN code"),
        null=True,
        blank=True,
    )
    gst_rate = _percent(_("GST rate"))
    base_unit = _unit(_("base unit"), "base_unit")
    trade_unit = _unit(_("trade unit"), "trade_unit", null=True, blank=True)
    rate_unit = _unit(_("rate unit"), "rate_unit", null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    default_currency = models.CharField(_("currency"), max_length=3, blank=True, default="")
    supported_currencies = _texts(_("currencies"), 3)
    international_pricing_unit = models.CharField(
        _("quoted in"), max_length=24, choices=PricingUnit, blank=True, default=""
    )
    hs_code_6digit = models.CharField(_("HS code"), max_length=6, blank=True, default="")
    country_tax_codes = _shaped(_("tax codes by country"))
    quality_standards = _texts(_("quality standards"))
    international_grades = _shaped(_("international grades"))
    certification_required = _shaped(_("certificates required"))
    major_producing_countries = _texts(_("producing countries"))
    major_consuming_countries = _texts(_("consuming countries"))
    trading_hubs = _texts(_("trading hubs"))
    traded_on_exchanges = _texts(_("exchanges"))
    contract_specifications = _shaped(_("contracts by exchange"))
    price_volatility = models.CharField(
        _("volatility of prices"), max_length=8, choices=Volatility, blank=True, default=""
    )
    export_regulations = _shaped(_("export rules"))
    import_regulations = _shaped(_("import rules"))
    phytosanitary_required = models.BooleanField(_("phytosanitary certificate"), default=False)
    fumigation_required = models.BooleanField(_("fumigation"), default=False)
    seasonal_commodity = models.BooleanField(_("seasonal"), default=False)
    harvest_season = _shaped(_("harvest by country"))
    shelf_life_days = models.PositiveIntegerField(_("shelf life in days"), null=True, blank=True)
    storage_conditions = _shaped(_("storage"))
    standard_lot_size = _shaped(_("lot sizes"))
    min_order_quantity = _shaped(_("least order"))
    delivery_tolerance_pct = _percent(_("tolerance of delivery, percent"))
    weight_tolerance_pct = _percent(_("tolerance of weight, percent"))

    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    search_text = models.GeneratedField(
        expression=FoldedText(
            Coalesce("code", models.Value("")),
            *language_columns("name"),
            *language_columns("description"),
            "hs_code_6digit",
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("commodity")
        verbose_name_plural = _("commodities")
        ordering = ["name_en", "id"]
        indexes = [
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="commodities_search"),
            models.Index(fields=["hs_code_6digit"], name="commodities_hs_code"),
        ]
        constraints = [
            models.UniqueConstraint(
                Upper("code"),
                name="commodities_code_once",
                violation_error_message=_("Another commodity has this code."),
            ),
            models.UniqueConstraint(
                Upper("name_en"),
                condition=~Q(name_en=""),
                name="commodities_name_once",
                violation_error_message=_("Another commodity has this name."),
            ),
            models.CheckConstraint(
                condition=~Q(name_en="", name_ar="", name_ckb="", name_hi=""),
                name="commodities_named",
                violation_error_message=_("Give a name in at least one language."),
            ),
            models.CheckConstraint(
                condition=Q(gst_rate__isnull=True) | Q(gst_rate__range=(0, 100)),
                name="commodities_gst_rate_is_percent",
                violation_error_message=_("A rate is 0 to 100 percent."),
            ),
            models.CheckConstraint(
                condition=_PERCENT & _WEIGHT_PERCENT,
                name="commodities_tolerances_are_percent",
                violation_error_message=_("A tolerance is 0 to 100 percent."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)
