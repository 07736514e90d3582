"""Business partners for staff."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import CharFilter, ChoiceFilter
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from drf_spectacular.utils import extend_schema_view as describe
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.schema import SHORT_TEXT, whole_number
from core.api.staff import (
    Adds,
    Edits,
    Removes,
    StaffCollection,
    StaffFilterSet,
    StaffView,
    Values,
)
from core.references.services import remove_record
from core.registration_numbers.checking import checked_values
from settings_modules.partners.api.serializers import (
    NewPartnerSerializer,
    PartnerSerializer,
    SimilarPartnersSerializer,
)
from settings_modules.partners.enums import PartnerRole
from settings_modules.partners.models import BusinessPartner
from settings_modules.partners.selectors.findings import CONTACT_CHECKS
from settings_modules.partners.selectors.partners import (
    matching_partners,
    partners_in_city,
    partners_with_gstin,
)
from settings_modules.partners.selectors.similar import similar_partners
from settings_modules.partners.services.partners import create_partner, update_partner

LONGEST_SEARCH = 200
_BESIDES = ("confirm_similar", "gstin")


class PartnerFilter(StaffFilterSet):
    """By role, standing, and what is on record; a city by a part of its name."""

    role = ChoiceFilter(choices=PartnerRole.choices, method="with_role")
    city = CharFilter(method="in_city")
    gstin = CharFilter(method="with_gstin")
    code = CharFilter(lookup_expr="iexact")
    email = CharFilter(lookup_expr="iexact")

    def with_role(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Partners that have the role, whatever else they are."""
        return rows.filter(roles__contains=[value])

    def in_city(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Partners with an active address there."""
        return rows.filter(pk__in=partners_in_city(value))

    def with_gstin(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Partners with that active registration."""
        return rows.filter(pk__in=partners_with_gstin(value))

    class Meta:
        model = BusinessPartner
        fields = (
            *("code", "role", "status", "is_active", "language", "phone", "email", "pan"),
            *("currency", "salesperson", "zoho_contact_id", "city", "gstin", "merged_into"),
        )


@describe(
    get=extend_schema(
        parameters=[
            OpenApiParameter(
                "search",
                SHORT_TEXT,
                description="Words that must all occur: in code, names, phone, e-mail, PAN, in a"
                " contact or an address, or in a GSTIN.",
            )
        ]
    ),
    post=extend_schema(
        examples=[
            OpenApiExample(
                "A mill that also carries goods",
                request_only=True,
                value={
                    "name": "Sai Cotton Mills",
                    "roles": ["supplier", "transporter"],
                    "status": "active",
                    "phone": "+912226543210",
                    "pan": "AAACM1234A",
                    "currency": "INR",
                    "credit_limit": "2500000.000",
                    "payment_days": 30,
                    "gstin": "27AAACM1234A1Z8",
                },
            )
        ]
    ),
)
class PartnerCollection(Adds, StaffCollection):
    """Customers, suppliers, transporters and brokers. A new one that is similar to one that is here
    answers 409 `similar_partner` unless `confirm_similar`."""

    queryset = BusinessPartner.objects.defer("search_text").order_by("id")
    serializer_class = NewPartnerSerializer
    filterset_class = PartnerFilter
    ordering_fields = ("id", "name", "code", "status", "created_at", "updated_at")
    own_parameters = ("search",)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        words = self.request.query_params.get("search", "").strip()[:LONGEST_SEARCH]
        if "\0" in words:
            raise ValidationError(
                {"search": ErrorDetail("Send no NUL.", "null_characters_not_allowed")}
            )
        if words:
            queryset = queryset.filter(pk__in=matching_partners(words).values("pk"))
        return super().filter_queryset(queryset)

    def create_row(self, values: Values) -> BusinessPartner:
        own = {name: value for name, value in values.items() if name not in _BESIDES}
        return create_partner(
            values=own,
            gstin="".join(values["gstin"].split()).upper(),
            confirm_similar=values["confirm_similar"],
        )


class PartnerRecord(Edits, Removes):
    """One partner; it is removed only while nothing refers to it."""

    queryset = BusinessPartner.objects.defer("search_text")
    serializer_class = PartnerSerializer

    def update_row(self, row: BusinessPartner, values: Values, version: int) -> BusinessPartner:
        return update_partner(partner=row, values=values, expected_version=version)

    def delete_row(self, row: BusinessPartner, version: int) -> None:
        remove_record(row=row, expected_version=version)


class SimilarQuery(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200, default="", allow_blank=True)
    phone = serializers.CharField(max_length=40, default="", allow_blank=True)
    email = serializers.CharField(max_length=254, default="", allow_blank=True)
    gstin = serializers.CharField(max_length=40, default="", allow_blank=True)
    besides = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, default=None, allow_null=True
    )


class SimilarPartners(StaffView):
    """Partners that may be the one described: the warning before a duplicate."""

    queryset = BusinessPartner.objects.all()

    @extend_schema(
        operation_id="settings_partners_similar",
        summary="Partners alike by name, or with the same phone, e-mail or GSTIN (staff)",
        parameters=[
            *(OpenApiParameter(name, SHORT_TEXT) for name in ("name", "phone", "email", "gstin")),
            OpenApiParameter(
                "besides", whole_number(1, 2**63 - 1), description="The partner it is asked for."
            ),
        ],
        responses={200: SimilarPartnersSerializer},
    )
    def get(self, request: Request) -> Response:
        sent = {name: request.query_params[name] for name in request.query_params}
        asked = SimilarQuery(data=sent)
        asked.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(asked.validated_data)
        checked = checked_values(values, CONTACT_CHECKS, is_legacy=True)
        found = similar_partners(
            names=[values["name"]],
            phone=checked["phone"],
            email=values["email"],
            gstin="".join(values["gstin"].split()).upper(),
            besides=values["besides"],
        )
        return Response({"items": [each.as_dict() for each in found]})
