"""The shapes of commissions on the wire."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema_field
from rest_framework import serializers

from core.api.decimals import DecimalText, DecimalTexts
from core.api.staff import VisibleReference
from core.registration_numbers.checking import checked_values
from core.registration_numbers.contact import checked_country, checked_currency
from settings_modules.commodities.enums import CommissionParty
from settings_modules.commodities.models import (
    CommissionStructure,
    CommissionTier,
    Commodity,
    TradeType,
    Unit,
)
from settings_modules.commodities.selectors.applying_commissions import Deal
from settings_modules.commodities.selectors.commission_calculator import Calculation
from settings_modules.commodities.selectors.commission_tiers import gaps_of
from settings_modules.commodities.services.commission_values import TIER_FIELDS
from settings_modules.commodities.services.commissions import COMMISSION_FIELDS

#: More than any table of rates has.
MOST_TIERS = 100
_PARTIES = [CommissionParty.BUYER.value, CommissionParty.SELLER.value]


class CommissionTierSerializer(DecimalTexts):
    class Meta:
        model = CommissionTier
        fields = TIER_FIELDS
        # The service keeps tiers apart.
        validators = ()


class TierWarningSerializer(serializers.Serializer[Any]):
    """Deals that no tier is for; `ends_below` null: all from there on."""

    code = serializers.CharField()
    currency = serializers.CharField()
    starts_at = DecimalText(max_digits=18, decimal_places=4, min_value=0)
    ends_below = DecimalText(max_digits=18, decimal_places=4, min_value=0, allow_null=True)
    message = serializers.CharField()
    message_ar = serializers.CharField()


class CommissionSerializer(DecimalTexts):
    tiers = CommissionTierSerializer(
        many=True,
        required=False,
        max_length=MOST_TIERS,  # type: ignore[call-arg]  # the list takes it
        help_text="All of them; [] for none.",
    )
    rate_per_country = serializers.DictField(
        child=DecimalText(max_digits=12, decimal_places=4, min_value=0),
        required=False,
        help_text="ISO code of a country to the rate there, which goes before `rate`.",
    )
    warnings = serializers.SerializerMethodField(help_text="Deals that no tier is for.")

    @extend_schema_field(TierWarningSerializer(many=True))
    def get_warnings(self, row: CommissionStructure) -> Any:
        found = [
            {
                "code": "tier_gap",
                "currency": gap.currency,
                "starts_at": gap.starts_at,
                "ends_below": gap.ends_below,
                "message": gap.text("en"),
                "message_ar": gap.text("ar"),
            }
            for gap in gaps_of(row)
        ]
        return TierWarningSerializer(found, many=True).data

    class Meta:
        model = CommissionStructure
        fields: tuple[str, ...] = (
            *("id", "version", *COMMISSION_FIELDS),
            *("tiers", "warnings", "created_at", "updated_at"),
        )
        read_only_fields: tuple[str, ...] = ("id", "version", "created_at", "updated_at")


class CommodityCommissionSerializer(CommissionSerializer):
    """A commission for the commodity of the address."""

    class Meta(CommissionSerializer.Meta):
        read_only_fields = (*CommissionSerializer.Meta.read_only_fields, "commodity")


class DealSerializer(serializers.Serializer[Any]):
    """A deal. Without `commission` the one that applies is taken; what is left out of the scope
    keeps rules for one commodity, trade type or country from applying."""

    commission = VisibleReference(
        queryset=CommissionStructure.objects.select_related("tier_unit").prefetch_related("tiers"),
        required=False,
        allow_null=True,
    )
    commodity = VisibleReference(queryset=Commodity.objects.all(), required=False, allow_null=True)
    trade_type = VisibleReference(queryset=TradeType.objects.all(), required=False, allow_null=True)
    country = serializers.CharField(max_length=2, required=False, allow_blank=True)
    party = serializers.ChoiceField(choices=_PARTIES, help_text="Who pays.")
    amount = DecimalText(max_digits=15, decimal_places=2, min_value=0)
    currency = serializers.CharField(max_length=3, required=False, default="INR")
    quantity = DecimalText(
        max_digits=18, decimal_places=4, min_value=0, required=False, allow_null=True
    )
    unit = VisibleReference(queryset=Unit.objects.all(), required=False, allow_null=True)
    is_cross_border = serializers.BooleanField(required=False, default=False)
    on = serializers.DateField(required=False, help_text="Today, unless it is said.")

    def deal(self) -> tuple[Deal, CommissionStructure | None]:
        """The deal of the checked values, and the commission to try. Raises InvalidInput."""
        checks = {"country": checked_country, "currency": checked_currency}
        values = checked_values(self.validated_data, checks)
        commission = values.pop("commission", None)
        values.setdefault("on", timezone.localdate())
        return Deal(**values), commission


class StepSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()
    text_ar = serializers.CharField()


class SimulationSerializer(serializers.Serializer[Any]):
    """`amount` is in the deal's currency; `steps` say how it came about. `outranked` are the
    commissions that hold for the deal as well, and give way."""

    commission = serializers.IntegerField()
    commission_name = serializers.CharField()
    amount = DecimalText(max_digits=30, decimal_places=2, min_value=0)
    currency = serializers.CharField()
    steps = StepSerializer(many=True)
    outranked = serializers.ListField(child=serializers.IntegerField())


def simulation(calculation: Calculation, outranked: list[int]) -> dict[str, Any]:
    """The wire form of a calculation."""
    steps = [
        {"code": step.code, "text": step.text("en"), "text_ar": step.text("ar")}
        for step in calculation.steps
    ]
    told = {
        "commission": calculation.commission.pk,
        "commission_name": calculation.commission.name,
        "amount": calculation.amount,
        "currency": calculation.currency,
        "steps": steps,
        "outranked": outranked,
    }
    answer: dict[str, Any] = dict(SimulationSerializer(told).data)
    return answer


def _sent(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


ADD_EXAMPLES = [
    _sent(
        "Standard",
        {
            "name": "Standard",
            "commission_type": "PERCENTAGE",
            "rate": "2.50",
            "applies_to": "BOTH",
            "min_amount": "500.00",
        },
    ),
    _sent(
        "By tiers",
        {
            "name": "By size",
            "commission_type": "TIERED",
            "tier_basis": "AMOUNT",
            "applies_to": "SELLER",
            "valid_from": "2026-04-01",
            "tiers": [
                {"currency": "INR", "starts_at": "0", "ends_below": "1000000", "rate": "1.5"},
                {"currency": "INR", "starts_at": "1000000", "ends_below": None, "rate": "1.25"},
            ],
        },
    ),
]
CHANGE_EXAMPLE = _sent("Until the end of March", {"valid_until": "2027-03-31"})
DEAL_EXAMPLE = _sent("A sale", {"party": "SELLER", "amount": "2500000.00", "currency": "INR"})
SIMULATION_EXAMPLE = OpenApiExample(
    "2.5 percent",
    value={
        "commission": 7,
        "commission_name": "Standard",
        "amount": "62500.00",
        "currency": "INR",
        "steps": [
            {
                "code": "percentage",
                "text": "2.5 % of 2,500,000 INR is 62,500 INR.",
                "text_ar": "2.5 % من 2,500,000 INR تساوي 62,500 INR.",
            }
        ],
        "outranked": [],
    },
    response_only=True,
)
