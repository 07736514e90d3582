"""The shapes of units, and of what is calculated with them, on the wire."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from core.api.staff import StaffSerializer, VisibleReference
from core.i18n import language_columns
from settings_modules.commodities.api.exact_fields import ExactField
from settings_modules.commodities.enums import Dimension
from settings_modules.commodities.models import Commodity, CommodityPackaging, Unit
from settings_modules.commodities.services.units import EDITABLE_FIELDS, MOST_ALIASES

_NAMES = language_columns("name")
_READ = ("id", "version", "base", "created_at", "updated_at")


class WordsField(serializers.ListField):
    """The other words of a unit, in capitals."""

    child = serializers.CharField(max_length=30)

    def get_attribute(self, instance: Unit) -> list[str]:
        return sorted(row.alias for row in instance.aliases.all())


class UnitSerializer(StaffSerializer):
    """One unit is exactly `factor` of `base`, the unit that its dimension is counted in."""

    factor = ExactField(whole=18, decimals=18)
    aliases = WordsField(
        max_length=MOST_ALIASES,
        required=False,
        help_text="Other words for it; sent, they replace those that are there.",
    )

    class Meta:
        model = Unit
        fields = (*_READ, "code", "dimension", *EDITABLE_FIELDS, "aliases")
        read_only_fields: tuple[str, ...] = _READ
        # The service and the database keep each word once.
        validators = ()


class UnitRecordSerializer(UnitSerializer):
    """A unit keeps its code and what it measures."""

    class Meta(UnitSerializer.Meta):
        read_only_fields = (*_READ, "code", "dimension")


class ListedUnitSerializer(serializers.ModelSerializer[Unit]):
    """A unit in the catalogue."""

    factor = ExactField(whole=18, decimals=18, read_only=True)
    aliases = WordsField(read_only=True)

    class Meta:
        model = Unit
        fields = ("id", "code", *_NAMES, "factor", "source", "aliases")
        read_only_fields = fields


class UnitGroupSerializer(serializers.Serializer[Any]):
    """What is measured, in which unit it is counted, and the units in use."""

    dimension = serializers.ChoiceField(choices=Dimension.choices)
    base = serializers.CharField()
    units = ListedUnitSerializer(many=True)


class UnitCatalogueSerializer(serializers.Serializer[Any]):
    """Every unit in use, by what it measures."""

    count = serializers.IntegerField()
    dimensions = UnitGroupSerializer(many=True)


class FactorSerializer(serializers.Serializer[Any]):
    """One `unit` is exactly `factor` of `base`: by the unit's `source`, or by a packaging."""

    unit = serializers.CharField()
    factor = serializers.CharField()
    base = serializers.CharField()
    text = serializers.CharField(help_text="Such as “1 BALE = 170.00 KG”.")
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    packaging = serializers.IntegerField(allow_null=True)


class ConversionSerializer(serializers.Serializer[Any]):
    """`result` is whole when it ends within 18 decimals, else it has 28 significant digits."""

    quantity = serializers.CharField()
    unit = serializers.CharField()
    to = serializers.CharField()
    result = serializers.CharField()
    base = serializers.CharField()
    factors = FactorSerializer(many=True)


class CompatibleSerializer(serializers.Serializer[Any]):
    """The units convert into each other, by way of `base`."""

    compatible = serializers.BooleanField()
    base = serializers.CharField()
    factors = FactorSerializer(many=True)


class BillingRequestSerializer(serializers.Serializer[Any]):
    """A quantity and a rate, each in its unit. Without `base_unit` they are told besides in what
    the first unit is counted in."""

    quantity = ExactField()
    unit = serializers.CharField(max_length=30)
    rate = ExactField()
    rate_unit = serializers.CharField(max_length=30)
    base_unit = serializers.CharField(max_length=30, required=False)
    currency = serializers.CharField(max_length=3, required=False, help_text="INR by default.")


class CommodityBillingRequestSerializer(serializers.Serializer[Any]):
    """What is not sent is as the commodity says: its trade unit, rate unit and currency."""

    quantity = ExactField()
    unit = serializers.CharField(max_length=30, required=False)
    rate = ExactField()
    rate_unit = serializers.CharField(max_length=30, required=False)
    currency = serializers.CharField(max_length=3, required=False)
    on = serializers.DateField(
        required=False, help_text="The day whose packagings count; today by default."
    )


class BillingSerializer(serializers.Serializer[Any]):
    """What a document keeps: the figures, the factors used, and how the amount came about. It is
    rounded once, half up, to the decimals of the currency."""

    commodity = serializers.IntegerField(allow_null=True)
    on = serializers.DateField()
    quantity = serializers.CharField()
    unit = serializers.CharField()
    rate = serializers.CharField()
    rate_unit = serializers.CharField()
    currency = serializers.CharField()
    base_unit = serializers.CharField()
    quantity_in_base = serializers.CharField()
    rate_per_base = serializers.CharField()
    amount = serializers.CharField()
    decimals = serializers.IntegerField()
    factors = FactorSerializer(many=True)
    formula = serializers.CharField()


class PackagingSerializer(StaffSerializer):
    """From its first to its last day one `unit` of the commodity holds `weight` of `weight_unit`,
    which is the commodity's base unit."""

    commodity = VisibleReference(queryset=Commodity.objects.all())
    unit = VisibleReference(queryset=Unit.objects.filter(is_active=True))
    weight = ExactField()

    class Meta:
        model = CommodityPackaging
        fields = (
            *("id", "version", "commodity", "unit", "weight", "weight_unit"),
            *("valid_from", "valid_until", "created_at", "updated_at"),
        )
        read_only_fields: tuple[str, ...] = (
            *("id", "version", "weight_unit", "created_at", "updated_at"),
        )
        # The service and the database keep days apart.
        validators = ()


class PackagingRecordSerializer(PackagingSerializer):
    """A packaging stays of its commodity and of its unit."""

    commodity = VisibleReference(read_only=True)
    unit = VisibleReference(read_only=True)


UNIT_EXAMPLE = OpenApiExample(
    "A bale of a hundred kilograms",
    value={
        "code": "BALE_100",
        "name_en": "Bale of 100 kg",
        "dimension": "count",
        "factor": "100",
        "source": "As packed by our press",
        "aliases": ["BALES 100"],
    },
    request_only=True,
)
UNIT_CHANGE_EXAMPLE = OpenApiExample(
    "The candy of another contract",
    value={"factor": "355.61641808", "source": "784 pounds"},
    request_only=True,
)
PACKAGING_EXAMPLE = OpenApiExample(
    "Bales of this cotton weigh 165 kg from October on",
    value={"commodity": 1, "unit": 12, "weight": "165", "valid_from": "2026-10-01"},
    request_only=True,
)
BILLING_EXAMPLE = OpenApiExample(
    "600 bales at 50,000 a candy",
    value={"quantity": "600", "unit": "BALE", "rate": "50000", "rate_unit": "CANDY"},
    request_only=True,
)
BILLED_EXAMPLE = OpenApiExample(
    "14,341,061.95 rupees",
    value={
        "commodity": None,
        "on": "2026-10-01",
        "quantity": "600",
        "unit": "BALE",
        "rate": "50000",
        "rate_unit": "CANDY",
        "currency": "INR",
        "base_unit": "KG",
        "quantity_in_base": "102000",
        "rate_per_base": "140.5986465411889358988274635",
        "amount": "14341061.95",
        "decimals": 2,
        "factors": [
            {
                "unit": "BALE",
                "factor": "170",
                "base": "KG",
                "text": "1 BALE = 170.00 KG",
                "source": "Usual weight of an Indian cotton bale; set each commodity's own",
                "packaging": None,
            }
        ],
        "formula": "600 BALE × 170.00 KG per BALE ÷ 355.6222 KG per CANDY"
        " × INR 50,000 per CANDY = INR 14,341,061.95",
    },
    response_only=True,
    status_codes=["200"],
)
