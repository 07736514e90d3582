"""Rates of tax codes for staff, and their revision in bulk."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import URLPattern, re_path
from django_filters.rest_framework import DateFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from drf_spectacular.utils import extend_schema_view as describe
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import VERSION_ERRORS, RowAction
from core.api.decimals import DecimalText
from core.api.saved_filter_lists import declare_list
from core.api.staff import (
    Adds,
    Edits,
    Removes,
    StaffCollection,
    StaffFilterSet,
    StaffRecord,
    StaffSerializer,
    Values,
    resource_paths,
)
from core.errors import NotFound
from core.references.services import remove_row
from settings_modules.commodities.enums import CodeKind
from settings_modules.commodities.models import TaxCode, TaxRate, TaxRateRevision
from settings_modules.commodities.selectors.rate_revisions import (
    MOST_SHOWN,
    PlannedCode,
    RevisionPlan,
    plan_revision,
)
from settings_modules.commodities.services.rate_revisions import apply_revision, reverse_revision
from settings_modules.commodities.services.tax_codes import (
    RATE_FIELDS,
    create_tax_rate,
    update_tax_rate,
)

#: Codes that one revision names.
MOST_CODES = 1_000
_OWN = ("id", "version", "added_by_revision", "closed_by_revision", "created_at", "updated_at")
_RATE_EXAMPLE = OpenApiExample(
    "Five percent from a day on",
    value={
        "tax_code": 14,
        "rate": "5.000",
        "valid_from": "2026-04-01",
        "notification": "09/2025-Central Tax (Rate)",
    },
    request_only=True,
)
_REVISION_EXAMPLE = OpenApiExample(
    "Everything of chapter 52",
    value={
        "codes": ["52"],
        "is_prefix": True,
        "rate": "5.000",
        "valid_from": "2026-10-01",
        "notification": "09/2025-Central Tax (Rate)",
    },
    request_only=True,
)


class TaxRateSerializer(StaffSerializer):
    code = serializers.CharField(source="tax_code.code", read_only=True)
    rate = DecimalText(
        max_digits=6,
        decimal_places=3,
        min_value=0,
        max_value=100,
        help_text="Percent; zero is a rate.",
    )

    class Meta:
        model = TaxRate
        fields = ("id", "version", "code", *RATE_FIELDS, *_OWN[2:])
        read_only_fields = ("code", *_OWN)


class TaxRateFilter(StaffFilterSet):
    """`on` are the rates that cover a day."""

    on = DateFilter(method="covering")

    class Meta:
        model = TaxRate
        fields = ("tax_code", "valid_from", "added_by_revision")

    def covering(self, rows: QuerySet[Any], _name: str, day: Any) -> QuerySet[Any]:
        """The rates of the day."""
        open_rates = rows.filter(valid_from__lte=day, valid_until=None)
        return open_rates | rows.filter(valid_from__lte=day, valid_until__gte=day)


@describe(post=extend_schema(examples=[_RATE_EXAMPLE]))
class TaxRateCollection(Adds, StaffCollection):
    """Dated rates of single codes."""

    queryset = TaxRate.objects.select_related("tax_code").order_by("tax_code", "-valid_from")
    serializer_class = TaxRateSerializer
    filterset_class = TaxRateFilter
    ordering_fields = ("id", "valid_from", "rate", "updated_at")

    def create_row(self, values: Values) -> TaxRate:
        return create_tax_rate(values=values)


class TaxRateRecord(Edits, Removes):
    """One dated rate."""

    queryset = TaxRate.objects.select_related("tax_code")
    serializer_class = TaxRateSerializer

    def update_row(self, row: TaxRate, values: Values, version: int) -> TaxRate:
        return update_tax_rate(tax_rate=row, values=values, expected_version=version)

    def delete_row(self, row: TaxRate, version: int) -> None:
        remove_row(row=row, expected_version=version)


class RatesOfCode(StaffCollection):
    """The rates of one code, the latest first."""

    queryset = TaxRate.objects.select_related("tax_code").order_by("-valid_from")
    serializer_class = TaxRateSerializer
    filter_backends: Any = ()

    @extend_schema(
        operation_id="settings_commodities_tax_codes_rates",
        summary="The dated rates of a tax code (staff)",
    )
    def get(self, request: Request, id: int) -> Response:  # type: ignore[override]  # noqa: A002
        if not TaxCode.objects.filter(pk=id).exists():
            raise NotFound()
        self.code_id = id
        return self.list(request)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(tax_code=self.code_id)


class RevisionSerializer(StaffSerializer):
    rate = DecimalText(max_digits=6, decimal_places=3, min_value=0, max_value=100, read_only=True)

    class Meta:
        model = TaxRateRevision
        fields = (
            *("id", "version", "kind", "codes", "is_prefix", "rate", "valid_from"),
            *("notification", "added_count", "closed_count", "reversed_at", "created_at"),
        )
        read_only_fields = fields


class AskedRevisionSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=CodeKind.choices, default=CodeKind.HSN)
    codes = serializers.ListField(
        child=serializers.RegexField(r"^[0-9]{2,8}$", max_length=8),
        min_length=1,
        max_length=MOST_CODES,
    )
    is_prefix = serializers.BooleanField(
        default=False, help_text="Every code that begins with one of these."
    )
    rate = DecimalText(max_digits=6, decimal_places=3, min_value=0, max_value=100)
    valid_from = serializers.DateField()
    notification = serializers.CharField(max_length=200)


class PlannedCodeSerializer(serializers.Serializer[Any]):
    tax_code = serializers.IntegerField()
    code = serializers.CharField()
    description = serializers.CharField()
    old_rate = serializers.CharField(allow_null=True)
    old_from_code = serializers.CharField(allow_null=True)
    new_rate = serializers.CharField()


class AffectedCommoditySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    code = serializers.CharField()
    old_rate = serializers.CharField(allow_null=True)
    new_rate = serializers.CharField()
    own_rate = serializers.CharField(
        allow_null=True, help_text="The commodity's own rate, which goes before that of the code."
    )


class RevisionPlanSerializer(serializers.Serializer[Any]):
    """Totals count all; the lists name the first 200."""

    code_count = serializers.IntegerField()
    codes = PlannedCodeSerializer(many=True)
    unchanged_count = serializers.IntegerField(help_text="Have this rate already.")
    in_the_way_count = serializers.IntegerField(
        help_text="Have a rate that begins or ends on the day or later: applying is refused."
    )
    in_the_way = serializers.ListField(child=serializers.CharField())
    commodity_count = serializers.IntegerField()
    commodities = AffectedCommoditySerializer(many=True)


def shown_rate(rate: Any) -> str | None:
    """A rate as text; None without one."""
    return None if rate is None else f"{rate:f}"


def _shown_code(each: PlannedCode, new: str) -> dict[str, Any]:
    return {
        "tax_code": each.tax_code_id,
        "code": each.code,
        "description": each.description,
        "old_rate": shown_rate(each.old_rate),
        "old_from_code": each.old_from_code,
        "new_rate": new,
    }


def plan_on_the_wire(plan: RevisionPlan) -> dict[str, Any]:
    """The wire form of a plan."""
    new = f"{plan.rate:f}"
    return {
        "code_count": len(plan.codes),
        "codes": [_shown_code(each, new) for each in plan.codes[:MOST_SHOWN]],
        "unchanged_count": len(plan.unchanged),
        "in_the_way_count": len(plan.in_the_way),
        "in_the_way": [each.code for each in plan.in_the_way[:MOST_SHOWN]],
        "commodity_count": plan.commodity_count,
        "commodities": [
            {
                "id": each.id,
                "name": each.name,
                "code": each.code,
                "old_rate": shown_rate(each.old_rate),
                "new_rate": new,
                "own_rate": shown_rate(each.own_rate),
            }
            for each in plan.commodities
        ],
    }


ADD_REVISION = ("commodities.add_taxraterevision",)


class RevisionCollection(StaffCollection):
    """Revisions, the latest first. POST applies one."""

    queryset = TaxRateRevision.objects.order_by("-id")
    serializer_class = RevisionSerializer
    filterset_fields = ("kind", "valid_from", "notification")
    ordering_fields = ("id", "valid_from")

    @extend_schema(
        operation_id="settings_commodities_tax_rates_revisions_apply",
        summary="Give codes a new rate from a day on (staff)",
        request=AskedRevisionSerializer,
        responses={201: RevisionSerializer},
        examples=[_REVISION_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        body = AskedRevisionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        row = apply_revision(**body.validated_data)
        answer = self._answer(row, status=201)
        answer["Location"] = f"{request.path.rstrip('/')}/{row.pk}"
        return answer


class RevisionRecord(StaffRecord):
    """One revision."""

    queryset = TaxRateRevision.objects.all()
    serializer_class = RevisionSerializer


class RevisionPreview(RowAction):
    """What a revision would do; nothing is changed."""

    queryset = TaxRateRevision.objects.all()
    needed: ClassVar[Any] = {"POST": ADD_REVISION}

    @extend_schema(
        operation_id="settings_commodities_tax_rates_revisions_preview",
        summary="The codes and commodities that a revision would change (staff)",
        request=AskedRevisionSerializer,
        responses={200: RevisionPlanSerializer},
        examples=[_REVISION_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        asked = self.given(request, AskedRevisionSerializer)
        asked.pop("notification")
        return Response(plan_on_the_wire(plan_revision(**asked)))


class RevisionReversal(RowAction):
    """POST takes the revision back."""

    queryset = TaxRateRevision.objects.all()
    serializer_class = RevisionSerializer
    needed: ClassVar[Any] = {"POST": ADD_REVISION}

    @extend_schema(
        operation_id="settings_commodities_tax_rates_revisions_reverse",
        summary="Take a revision back (staff)",
        request=None,
        responses={200: RevisionSerializer, **VERSION_ERRORS},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        row = self.row(id)
        return self.answered(reverse_revision(revision=row, expected_version=self.seen(request)))


def tax_rate_paths() -> list[URLPattern]:
    """The addresses of rates and revisions, each with and without a slash at its end."""
    revisions = r"^commodities/tax-rates/revisions"
    record = rf"{revisions}/(?P<id>\d{{1,18}})"
    declare_list(RevisionCollection)
    return [
        re_path(rf"{revisions}/?$", RevisionCollection.as_view()),
        re_path(rf"{revisions}/preview/?$", RevisionPreview.as_view()),
        re_path(rf"{record}/?$", RevisionRecord.as_view()),
        re_path(rf"{record}/reverse/?$", RevisionReversal.as_view()),
        re_path(
            r"^commodities/tax-codes/(?P<id>\d{1,18})/rates/?$",
            RatesOfCode.as_view(),
        ),
        *resource_paths("commodities/tax-rates", TaxRateCollection, TaxRateRecord),
    ]
