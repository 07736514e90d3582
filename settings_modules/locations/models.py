"""Places where the company keeps and hands out goods, sells, works or has its papers."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.i18n import language_columns, translated_field
from core.text_search import FoldedText
from settings_modules.locations.enums import LocationKind, Region
from settings_modules.locations.opening_hours import validate_opening_hours
from settings_modules.locations.places.countries import validate_country, validate_time_zone

__all__ = ["Location", "LocationKind", "Region"]


def _text(verbose_name: Any, length: int, **more: Any) -> models.CharField[Any, Any]:
    return models.CharField(
        verbose_name, max_length=length, blank=True, default="", db_default="", **more
    )


def _degrees(verbose_name: Any, limit: int) -> models.DecimalField[Any, Any]:
    """Decimal degrees; six decimals are eleven centimetres."""
    return models.DecimalField(
        verbose_name,
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-limit), MaxValueValidator(limit)],
    )


@track_history(exclude=["contact_person", "contact_phone", "contact_email", "search_text"])
class Location(EventMixin, VersionedModel):
    """A place. Shoppers are sold from the active ones that are `is_sellable`.

    `place_id` is the place's name at the provider of place searches, so that one place is one row.
    Region and time zone follow from the address and the coordinates unless somebody sets them.
    """

    event_stream = "location"

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = translated_field(models.CharField(_("name"), max_length=200, blank=True))
    kind = models.CharField(
        _("kind"), max_length=16, choices=LocationKind, default=LocationKind.WAREHOUSE
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("part of"),
        null=True,
        blank=True,
    )
    zoho_location_id = models.CharField(
        _("Zoho location"), max_length=32, null=True, blank=True, unique=True
    )
    place_provider = _text(_("found with"), 16, editable=False)
    place_id = models.CharField(_("place"), max_length=255, null=True, blank=True, editable=False)

    address = _text(_("address"), 500, help_text=_("The whole address in one line."))
    address_line1 = _text(_("street"), 255)
    address_line2 = _text(_("street, second line"), 255)
    city = _text(_("city"), 100)
    district = _text(_("district"), 100)
    state = _text(pgettext_lazy("part of a country", "state"), 100)
    state_code = _text(_("state code"), 10, help_text=_("Such as MH; empty: from the state."))
    pincode = _text(_("postal code"), 20)
    country = _text(
        _("country"), 2, help_text=_("ISO code of two letters."), validators=[validate_country]
    )
    region = models.CharField(
        _("region"), max_length=16, choices=Region, default=Region.UNKNOWN, db_default="UNKNOWN"
    )
    latitude = _degrees(_("latitude"), 90)
    longitude = _degrees(_("longitude"), 180)
    timezone = _text(
        _("time zone"),
        50,
        help_text=_("Such as Asia/Baghdad; empty: by the place."),
        validators=[validate_time_zone],
    )
    opening_hours = models.JSONField(
        _("opening hours"),
        default=dict,
        blank=True,
        db_default={},
        validators=[validate_opening_hours],
    )

    contact_person = _text(_("contact person"), 128)
    contact_phone = _text(_("phone"), 32)
    contact_email = models.EmailField(_("e-mail"), blank=True, default="", db_default="")

    is_sellable = models.BooleanField(_("sells to shoppers"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=100, help_text=_("Lower is taken from first.")
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True, null=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True, null=True)
    search_text = models.GeneratedField(
        expression=FoldedText(
            "code", *language_columns("name"), "city", "district", "state", "pincode"
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["priority", "code"]
        permissions = [("search_location", _("Can search places"))]
        indexes = [
            models.Index(fields=[name], name=f"locations_{name}")
            for name in ("city", "state", "region", "pincode", "latitude")
        ] + [
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="locations_search"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["place_provider", "place_id"], name="locations_place_once"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="locations_coordinates_in_range",
                violation_error_message=_(
                    "Give both coordinates: latitude -90 to 90, longitude -180 to 180."
                ),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="locations_coordinates_together",
                violation_error_message=_("Give both coordinates or neither."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="locations_not_its_own_parent",
                violation_error_message=_("A location is not a part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def map_url(self) -> str:
        """Where a map shows the place; "" without coordinates."""
        if self.latitude is None or self.longitude is None:
            return ""
        at = f"{self.latitude:f}", f"{self.longitude:f}"
        return f"https://www.openstreetmap.org/?mlat={at[0]}&mlon={at[1]}#map=16/{at[0]}/{at[1]}"
