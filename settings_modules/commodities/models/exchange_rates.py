"""What currencies were worth, day by day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import (
    Cast,
    Concat,
    ExtractDay,
    ExtractMonth,
    ExtractYear,
    Greatest,
    Least,
    Upper,
)
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.iso_codes import CURRENCIES

#: The source of a rate that goes before all others of its day.
OVERRIDE_SOURCE = "override"
FIRST_DAY = date(1990, 1, 1)
_CODE = r"^[A-Z]{3}$"


def validate_currency(value: str) -> None:
    """Raise ValidationError unless this is the ISO code of a currency in use."""
    if value not in CURRENCIES:
        raise ValidationError(
            _("“%(value)s” is no ISO code of a currency."),
            code="invalid_choice",
            params={"value": value},
        )


def _currency(verbose_name: Any) -> models.CharField[Any, Any]:
    return models.CharField(verbose_name, max_length=3, validators=[validate_currency])


def _key() -> Any:
    """Pair, day as 20260401, and source, whatever its capitals: what a rate is once of."""
    day = ExtractYear("valid_on") * 10000 + ExtractMonth("valid_on") * 100 + ExtractDay("valid_on")
    return Concat(
        "base",
        Value("/"),
        "quote",
        Value(" "),
        Cast(day, models.CharField()),
        Value(" "),
        Upper("source"),
        output_field=models.CharField(),
    )


@track_history(exclude=["key"])
class ExchangeRate(EventMixin, VersionedModel):
    """On the day `valid_on` one `base` was worth `rate` of `quote`, as `source` says.

    A pair has one rate a day and source, and one override a day in either direction, which goes
    before the others and says why. `key` is derived: files find the rate by it.
    """

    event_stream = "exchange_rate"

    base = _currency(_("from currency"))
    quote = _currency(_("to currency"))
    rate = models.DecimalField(
        _("rate"),
        max_digits=24,
        decimal_places=12,
        validators=[MinValueValidator(0)],
        help_text=_("What one unit of the first currency is worth in the second."),
    )
    valid_on = models.DateField(_("day"))
    source = models.CharField(_("source"), max_length=40, default="manual")
    is_override = models.BooleanField(_("goes before others"), default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("entered by"),
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    key = models.GeneratedField(
        verbose_name=_("key"),
        expression=_key(),
        output_field=models.CharField(max_length=80),
        db_persist=True,
        unique=True,
    )

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-valid_on", "base", "quote", "source"]
        indexes = [
            models.Index(
                F("base"),
                F("quote"),
                F("valid_on").desc(),
                F("is_override").desc(),
                F("id").desc(),
                name="commodities_rate_of_pair",
            ),
            models.Index(fields=["-valid_on", "id"], name="commodities_rate_of_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                Least("base", "quote"),
                Greatest("base", "quote"),
                "valid_on",
                condition=Q(is_override=True),
                name="commodities_rate_one_override",
                violation_error_message=_("These currencies have an override on that day."),
            ),
            models.CheckConstraint(
                condition=Q(rate__gt=0),
                name="commodities_rate_positive",
                violation_error_message=_("A rate is above zero."),
            ),
            models.CheckConstraint(
                condition=~Q(base=F("quote")),
                name="commodities_rate_of_two",
                violation_error_message=_("A rate is between two currencies."),
            ),
            models.CheckConstraint(
                condition=Q(base__regex=_CODE, quote__regex=_CODE),
                name="commodities_rate_codes",
                violation_error_message=_("A currency is its ISO code of three letters."),
            ),
            models.CheckConstraint(
                condition=Q(valid_on__gte=FIRST_DAY),
                name="commodities_rate_day",
                violation_error_message=_("A rate is of a day from 1990 on."),
            ),
            models.CheckConstraint(
                condition=(Q(is_override=True, source=OVERRIDE_SOURCE) & ~Q(reason=""))
                | (Q(is_override=False) & ~Q(source__iexact=OVERRIDE_SOURCE) & ~Q(source="")),
                name="commodities_rate_override_says_why",
                violation_error_message=_("An override says why, any other rate its source."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.base}/{self.quote} {self.valid_on:%Y-%m-%d} {self.source}"
