"""Commissions for staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import URLPattern, re_path
from django.utils import timezone
from django_filters.rest_framework import CharFilter, DateFilter
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework.filters import SearchFilter
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import RowAction
from core.api.parameters import refuse_form
from core.api.preconditions import etag_of
from core.api.schema import whole_number
from core.api.staff import (
    Adds,
    Edits,
    Removes,
    StaffCollection,
    StaffFilterSet,
    Values,
    resource_paths,
)
from settings_modules.commodities.api import commission_shapes as shapes
from settings_modules.commodities.enums import CommissionParty
from settings_modules.commodities.models import CommissionStructure, Commodity, TradeType
from settings_modules.commodities.selectors.applying_commissions import (
    Deal,
    applicable_commissions,
    applying_commission,
    valid_on,
)
from settings_modules.commodities.selectors.commission_calculator import calculate_commission
from settings_modules.commodities.services.commissions import (
    create_commission,
    remove_commission,
    update_commission,
)

#: Commissions that give way are named up to here.
MOST_OUTRANKED = 20
_BUYER, _SELLER = CommissionParty.BUYER.value, CommissionParty.SELLER.value


class CommissionFilter(StaffFilterSet):
    """`valid_on` leaves those whose days include that day; country and currency whole."""

    country = CharFilter(lookup_expr="iexact")
    currency = CharFilter(lookup_expr="iexact")
    valid_on = extend_schema_field({"type": "string", "format": "date"})(
        DateFilter(method="filter_days")
    )

    class Meta:
        model = CommissionStructure
        fields = (
            *("commodity", "trade_type", "country", "applies_to", "commission_type"),
            *("currency", "is_active", "valid_on"),
        )

    def filter_days(
        self, queryset: QuerySet[CommissionStructure], name: str, value: Any
    ) -> QuerySet[CommissionStructure]:
        return queryset.filter(valid_on(value))


@extend_schema_view(post=extend_schema(examples=shapes.ADD_EXAMPLES))
class CommissionCollection(Adds, StaffCollection):
    """The rules about commissions; `search` looks in name and description."""

    queryset = CommissionStructure.objects.prefetch_related("tiers").order_by("name", "id")
    serializer_class = shapes.CommissionSerializer
    filterset_class = CommissionFilter
    filter_backends: Any = (*StaffCollection.filter_backends, SearchFilter)
    search_fields: ClassVar[Any] = ("name", "description")
    ordering_fields: ClassVar[Any] = ("id", "name", "priority", "valid_from", "valid_until")

    def create_row(self, values: Values) -> CommissionStructure:
        return create_commission(values=values)


@extend_schema_view(
    put=extend_schema(examples=shapes.ADD_EXAMPLES),
    patch=extend_schema(examples=[shapes.CHANGE_EXAMPLE]),
)
class CommissionRecord(Edits, Removes):
    """One commission with its tiers; `tiers` replaces them all. DELETE removes it with them."""

    queryset = CommissionStructure.objects.prefetch_related("tiers")
    serializer_class = shapes.CommissionSerializer

    def update_row(
        self, row: CommissionStructure, values: Values, version: int
    ) -> CommissionStructure:
        return update_commission(commission=row, values=values, expected_version=version)

    def delete_row(self, row: CommissionStructure, version: int) -> None:
        remove_commission(commission=row, expected_version=version)


class ScopeQuery(forms.Form):
    """Whose commission is asked for, beside the commodity of the address."""

    trade_type = forms.ModelChoiceField(TradeType.objects.all(), required=False)
    country = forms.CharField(max_length=2, required=False)
    party = forms.ChoiceField(choices=[(_BUYER, _BUYER), (_SELLER, _SELLER)], required=False)
    on = forms.DateField(required=False)


_SCOPE = [
    OpenApiParameter("trade_type", whole_number(1), description="Its id."),
    OpenApiParameter("country", {"type": "string", "maxLength": 2}, description="ISO code."),
    OpenApiParameter(
        "party", {"type": "string", "enum": [_BUYER, _SELLER]}, description="Default: BUYER."
    ),
    OpenApiParameter("on", {"type": "string", "format": "date"}, description="Default: today."),
]


class CommissionOfCommodity(RowAction):
    """GET: the commission that applies to deals in the commodity. POST: adds one for it."""

    needed: ClassVar[Any] = {
        "GET": ("commodities.view_commissionstructure",),
        "POST": ("commodities.add_commissionstructure",),
    }
    queryset = Commodity.objects.all()
    serializer_class = shapes.CommodityCommissionSerializer

    @extend_schema(
        operation_id="settings_commodities_commission_read",
        summary="The commission that applies to deals in a commodity (staff)",
        parameters=_SCOPE,
        responses={200: shapes.CommodityCommissionSerializer},
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        commodity = self.row(id)
        asked = ScopeQuery(request.query_params)
        if not asked.is_valid():
            refuse_form(asked)
        scope = asked.cleaned_data
        deal = Deal(
            on=scope["on"] or timezone.localdate(),
            party=scope["party"] or _BUYER,
            commodity=commodity,
            trade_type=scope["trade_type"],
            country=scope["country"].upper(),
        )
        return self._told(applying_commission(deal))

    @extend_schema(
        operation_id="settings_commodities_commission_add",
        summary="Add a commission for a commodity (staff)",
        request=shapes.CommodityCommissionSerializer,
        responses={201: shapes.CommodityCommissionSerializer},
        examples=shapes.ADD_EXAMPLES,
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        commodity = self.row(id)
        values = self.given(request, shapes.CommodityCommissionSerializer)
        made = create_commission(values={**values, "commodity": commodity})
        stored = CommissionStructure.objects.prefetch_related("tiers").get(pk=made.pk)
        answer = self._told(stored, status=201)
        answer["Location"] = f"/api/v1/settings/commodities/commissions/{made.pk}"
        return answer

    def _told(self, commission: CommissionStructure, status: int = 200) -> Response:
        told = shapes.CommodityCommissionSerializer(commission).data
        return Response(told, status=status, headers={"ETag": etag_of(commission)})


class Simulate(RowAction):
    """POST: what the commission of a deal comes to, step by step; nothing is stored."""

    needed: ClassVar[Any] = {"POST": ("commodities.view_commissionstructure",)}
    queryset = CommissionStructure.objects.all()
    serializer_class = shapes.SimulationSerializer

    @extend_schema(
        operation_id="settings_commodities_commissions_simulate",
        summary="What the commission of a deal comes to, and how (staff)",
        request=shapes.DealSerializer,
        responses={200: shapes.SimulationSerializer},
        examples=[shapes.DEAL_EXAMPLE, shapes.SIMULATION_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        body = shapes.DealSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        deal, chosen = body.deal()
        commission = chosen or applying_commission(deal)
        calculation = calculate_commission(commission=commission, deal=deal)
        others = applicable_commissions(deal).exclude(pk=commission.pk)
        outranked = [] if chosen else list(others.values_list("pk", flat=True)[:MOST_OUTRANKED])
        return Response(shapes.simulation(calculation, outranked))


def commission_paths() -> list[URLPattern]:
    """The addresses of commissions, each with and without a slash at its end."""
    return [
        re_path(
            r"^commodities/commissions/simulate/?$",
            Simulate.as_view(),
            name="commissions-simulate",
        ),
        re_path(
            r"^commodities/(?P<id>\d{1,18})/commission/?$",
            CommissionOfCommodity.as_view(),
            name="commodity-commission",
        ),
        *resource_paths("commodities/commissions", CommissionCollection, CommissionRecord),
    ]
