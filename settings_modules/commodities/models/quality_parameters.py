"""What is measured of a commodity's quality, and what is usually measured of its kind."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from settings_modules.commodities.enums import ParameterType
from settings_modules.commodities.models.categories import CommodityCategory
from settings_modules.commodities.models.commodities import Commodity


def _bound(verbose_name: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(verbose_name, max_digits=14, decimal_places=4, null=True, blank=True)


class DescribedParameter(models.Model):
    """What a parameter is: how it is given, in which unit of measurement, between which bounds.

    `unit` is the text that stands behind the value, such as "g/tex". A text has no bounds.
    """

    parameter_name = models.CharField(_("parameter"), max_length=100)
    parameter_type = models.CharField(_("given as"), max_length=8, choices=ParameterType)
    unit = models.CharField(_("measured in"), max_length=50, blank=True, default="", db_default="")
    min_value = _bound(_("least"))
    max_value = _bound(_("most"))
    default_value = models.CharField(
        _("usual value"), max_length=100, blank=True, default="", db_default=""
    )
    is_mandatory = models.BooleanField(_("mandatory"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(min_value__isnull=True)
                | Q(max_value__isnull=True)
                | Q(min_value__lte=F("max_value")),
                name="commodities_%(class)s_bounds_in_order",
                violation_error_message=_("The least value is above the most."),
            ),
            models.CheckConstraint(
                condition=~Q(parameter_type=ParameterType.TEXT)
                | Q(min_value__isnull=True, max_value__isnull=True),
                name="commodities_%(class)s_text_unbounded",
                violation_error_message=_("A text has neither a least nor a most value."),
            ),
            models.CheckConstraint(
                condition=Q(parameter_type__in=ParameterType.values),
                name="commodities_%(class)s_type_known",
                violation_error_message=_("Choose how the parameter is given."),
            ),
            models.CheckConstraint(
                condition=~Q(parameter_name=""),
                name="commodities_%(class)s_named",
                violation_error_message=_("Give a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.parameter_name


@track_history()
class QualityParameter(EventMixin, DescribedParameter, VersionedModel):
    """What is measured of a commodity. `display_order` is the place in the list of its commodity,
    counted from 1: it belongs to the list, so that moving a parameter makes nobody's form stale."""

    event_stream = "quality_parameter"
    unversioned_fields = ("display_order",)

    commodity = models.ForeignKey(
        Commodity, on_delete=models.CASCADE, related_name="parameters", verbose_name=_("commodity")
    )
    display_order = models.PositiveIntegerField(_("place"), default=1)

    class Meta(DescribedParameter.Meta):
        abstract = False
        verbose_name = _("quality parameter")
        verbose_name_plural = _("quality parameters")
        ordering = ["commodity", "display_order", "id"]
        constraints = [
            *DescribedParameter.Meta.constraints,
            models.UniqueConstraint(
                "commodity",
                Upper("parameter_name"),
                name="commodities_parameter_name_once",
                violation_error_message=_("Another parameter of the commodity has this name."),
            ),
        ]


@track_history()
class ParameterTemplate(EventMixin, DescribedParameter, VersionedModel):
    """What is usually measured of a category's commodities. `usage_count` is how often it was added
    to a commodity: the most used are suggested first. `source` is where it comes from."""

    event_stream = "parameter_template"
    unversioned_fields = ("usage_count",)

    category = models.ForeignKey(
        CommodityCategory,
        on_delete=models.PROTECT,
        related_name="parameter_templates",
        verbose_name=_("category"),
    )
    description = models.TextField(_("description"), blank=True, default="", db_default="")
    usage_count = models.PositiveIntegerField(
        _("times used"), default=0, db_default=0, editable=False
    )
    source = models.CharField(_("source"), max_length=100, blank=True, default="", db_default="")

    class Meta(DescribedParameter.Meta):
        abstract = False
        verbose_name = _("parameter template")
        verbose_name_plural = _("parameter templates")
        ordering = ["category", "-usage_count", "parameter_name"]
        constraints = [
            *DescribedParameter.Meta.constraints,
            models.UniqueConstraint(
                "category",
                Upper("parameter_name"),
                name="commodities_template_name_once",
                violation_error_message=_("Another template of the category has this name."),
            ),
        ]
