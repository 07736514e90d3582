"""The shapes of locations and of what place searches answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.staff import StaffSerializer
from settings_modules.locations.models import Location
from settings_modules.locations.opening_hours import DAYS, MOST_SPANS
from settings_modules.locations.services.locations import EDITABLE_FIELDS

_HOUR = {"type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"}
_SPAN = {"type": "array", "items": _HOUR, "minItems": 2, "maxItems": 2}
_SPANS = {"type": "array", "items": _SPAN, "maxItems": MOST_SPANS}
_OPENING_HOURS = {
    "type": "object",
    "properties": dict.fromkeys(DAYS, _SPANS),
    "additionalProperties": False,
    "example": {"mon": [["09:00", "13:00"], ["15:00", "18:00"]]},
}


@extend_schema_field(_OPENING_HOURS)
class OpeningHoursField(serializers.JSONField):
    """Spans by day, as `settings_modules.locations.opening_hours` has them."""


class LocationSerializer(StaffSerializer):
    opening_hours = OpeningHoursField(
        required=False,
        help_text="By day: spans of two hours in the place's time zone; past midnight is two.",
    )
    map_url = serializers.CharField(
        read_only=True, help_text="Where a map shows it; empty without coordinates."
    )

    class Meta:
        model = Location
        fields: tuple[str, ...] = (
            *("id", "version", *EDITABLE_FIELDS),
            *("zoho_location_id", "place_provider", "place_id", "map_url"),
            *("created_at", "updated_at"),
        )
        read_only_fields: tuple[str, ...] = (
            *("id", "version", "zoho_location_id", "place_provider", "place_id"),
            *("created_at", "updated_at"),
        )


class NewLocationSerializer(LocationSerializer):
    """With `place_id` the address comes from the provider; what is sent besides goes before it."""

    place_id = serializers.CharField(max_length=255, required=False, allow_null=True)
    place_provider = serializers.CharField(max_length=16, required=False, allow_blank=True)
    reactivate = serializers.BooleanField(
        write_only=True, default=False, help_text="Switch on the one that is there, switched off."
    )
    confirm_similar = serializers.BooleanField(
        write_only=True, default=False, help_text="Add it although there are similar ones."
    )

    class Meta(LocationSerializer.Meta):
        fields = (*LocationSerializer.Meta.fields, "reactivate", "confirm_similar")
        read_only_fields = ("id", "version", "zoho_location_id", "created_at", "updated_at")
        extra_kwargs = {"code": {"required": False, "help_text": "Without one: from the name."}}
        # One place is one location: the service answers with the one that is there.
        validators = ()


class PlaceSuggestionSerializer(serializers.Serializer[Any]):
    place_id = serializers.CharField()
    description = serializers.CharField()


class PlacesFoundSerializer(serializers.Serializer[Any]):
    provider = serializers.CharField()
    state = serializers.ChoiceField(choices=["found", "no_match"])
    items = PlaceSuggestionSerializer(many=True)


class PlaceDetailsSerializer(serializers.Serializer[Any]):
    provider = serializers.CharField()
    place_id = serializers.CharField()
    name_en = serializers.CharField()
    name_ar = serializers.CharField()
    address = serializers.CharField()
    address_line1 = serializers.CharField()
    city = serializers.CharField()
    district = serializers.CharField()
    state = serializers.CharField()
    state_code = serializers.CharField()
    pincode = serializers.CharField()
    country = serializers.CharField()
    region = serializers.CharField()
    latitude = serializers.DecimalField(max_digits=9, decimal_places=6, allow_null=True)
    longitude = serializers.DecimalField(max_digits=9, decimal_places=6, allow_null=True)
    timezone = serializers.CharField()
    location = serializers.IntegerField(
        allow_null=True, help_text="The location that is there already, if any."
    )


class SimilarSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    city = serializers.CharField()
    is_active = serializers.BooleanField()
    score = serializers.FloatField(help_text="How alike the names are, 0 to 1.")
    metres = serializers.IntegerField(
        allow_null=True, help_text="How far apart; null beyond 200 m or without coordinates."
    )


class SimilarListSerializer(serializers.Serializer[Any]):
    items = SimilarSerializer(many=True)


class DeletedSerializer(serializers.Serializer[Any]):
    message = serializers.CharField()
    message_ar = serializers.CharField()
