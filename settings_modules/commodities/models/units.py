"""Units of measure, as data."""

from __future__ import annotations

import operator
from functools import reduce

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Trim, Upper
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.i18n import translated_field
from settings_modules.commodities.enums import BASE_CODES, Dimension

_BASE_OF_DIMENSION = reduce(
    operator.or_, (Q(dimension=str(each), base=base) for each, base in BASE_CODES.items())
)


@track_history()
class Unit(EventMixin, VersionedModel):
    """A unit: one of it is exactly `factor` of the unit `base`, which its dimension counts in.

    Packages weigh `factor` kilograms by default; a commodity's own packaging goes before it.
    `source` says where the factor is from.
    """

    event_stream = "unit"

    code = models.CharField(_("code"), max_length=20)
    name = translated_field(models.CharField(_("name"), max_length=100, blank=True))
    dimension = models.CharField(_("measures"), max_length=16, choices=Dimension)
    base = models.CharField(
        _("base unit"), max_length=20, help_text=_("The code of the unit its factor is in.")
    )
    factor = models.DecimalField(_("factor"), max_digits=36, decimal_places=18)
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["dimension", "code"]
        constraints = [
            models.UniqueConstraint(
                Upper("code"),
                name="commodities_unit_code_once",
                violation_error_message=_("Another unit has this code."),
            ),
            models.CheckConstraint(
                condition=Q(factor__gt=0),
                name="commodities_unit_factor_positive",
                violation_error_message=_("A factor is above zero."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z][A-Z0-9_]*$"),
                name="commodities_unit_code_capitals",
                violation_error_message=_("A code is capital letters, digits and _."),
            ),
            models.CheckConstraint(
                condition=_BASE_OF_DIMENSION,
                name="commodities_unit_base_of_dimension",
                violation_error_message=_("What a unit measures says which its base unit is."),
            ),
            models.CheckConstraint(
                condition=~Q(code=F("base")) | Q(factor=1, is_active=True),
                name="commodities_unit_base_stays",
                violation_error_message=_(
                    "The unit that others are counted in is one, and stays in use."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.code


@track_history()
class UnitAlias(VersionedModel):
    """Another word for a unit, such as LB for POUND; in capital letters."""

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("unit")
    )
    alias = models.CharField(_("other word"), max_length=30)

    class Meta:
        verbose_name = _("other word for a unit")
        verbose_name_plural = _("other words for units")
        ordering = ["alias"]
        constraints = [
            models.UniqueConstraint(
                Upper("alias"),
                name="commodities_unit_alias_once",
                violation_error_message=_("Another unit is called so."),
            ),
            models.CheckConstraint(
                condition=Q(alias=Upper(Trim("alias"))) & ~Q(alias=""),
                name="commodities_unit_alias_capitals",
                violation_error_message=_("Another word for a unit is written in capitals."),
            ),
        ]

    def __str__(self) -> str:
        return self.alias
