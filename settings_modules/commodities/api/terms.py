"""The terms of contracts for staff: six resources made from one declaration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import URLPattern, re_path
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.filters import SearchFilter

from core.api.decimals import DecimalTexts
from core.api.staff import Adds, Edits, Removes, StaffCollection, Values, resource_paths
from core.references.services import remove_row
from settings_modules.commodities.api.due_dates import DueDates
from settings_modules.commodities.models import (
    BargainType,
    DeliveryTerm,
    PassingTerm,
    PaymentTerm,
    TermMaster,
    TradeType,
    WeightmentTerm,
)
from settings_modules.commodities.services.terms import create_term, term_fields, update_term


@dataclass(frozen=True, slots=True)
class TermResource:
    """One kind of terms: its address below `commodities/`, what it is filtered by, and a record
    as one would add it."""

    path: str
    model: type[TermMaster]
    example: dict[str, Any]
    filters: tuple[str, ...] = ()


#: Every kind of terms.
TERM_RESOURCES = (
    TermResource("trade-types", TradeType, {"code": "SPOT2", "name_en": "Spot, second desk"}),
    TermResource(
        "bargain-types",
        BargainType,
        {"code": "OPEN2", "name_en": "Open, agreed by two", "requires_approval": True},
        ("requires_approval",),
    ),
    TermResource(
        "passing-terms",
        PassingTerm,
        {"code": "LAB", "name_en": "As per laboratory", "requires_quality_test": True},
        ("requires_quality_test",),
    ),
    TermResource(
        "weightment-terms",
        WeightmentTerm,
        {"code": "BUY_WT", "name_en": "Buyer weighment", "weight_deduction_percent": "1.50"},
    ),
    TermResource(
        "delivery-terms",
        DeliveryTerm,
        {"code": "CFR", "name_en": "Cost and freight", "includes_freight": True},
        ("includes_freight", "includes_insurance"),
    ),
    TermResource(
        "payment-terms",
        PaymentTerm,
        {
            "code": "LC90",
            "name_en": "LC 90 days",
            "days": 90,
            "payment_percentage": "10.00",
            "currency": "USD",
            "supports_letter_of_credit": True,
            "lc_types_supported": ["USANCE"],
            "payment_methods_supported": ["LC", "TT"],
            "bank_charges_borne_by": "SHARED",
        },
        ("days", "currency", "supports_letter_of_credit", "swift_required"),
    ),
)


def _serializer(resource: TermResource) -> type[DecimalTexts]:
    """The shape of a term of the kind."""
    fields = ("id", "version", *term_fields(resource.model), "created_at", "updated_at")
    read_only = ("id", "version", "created_at", "updated_at")
    meta = type(
        "Meta", (), {"model": resource.model, "fields": fields, "read_only_fields": read_only}
    )
    return type(f"{resource.model.__name__}Serializer", (DecimalTexts,), {"Meta": meta})


class TermCollection(Adds, StaffCollection):
    """`search` looks in code and names."""

    filter_backends: Any = (*StaffCollection.filter_backends, SearchFilter)
    search_fields: ClassVar[Any] = ("code", "name_en", "name_ar", "name_ckb", "name_hi")
    ordering_fields: ClassVar[Any] = ("id", "code", "name_en", "updated_at")

    def create_row(self, values: Values) -> TermMaster:
        made: TermMaster = create_term(model=self.get_queryset().model, values=values)
        return made


class TermRecord(Edits, Removes):
    """DELETE removes one that nothing refers to; others are switched off."""

    def update_row(self, row: TermMaster, values: Values, version: int) -> TermMaster:
        return update_term(term=row, values=values, expected_version=version)

    def delete_row(self, row: TermMaster, version: int) -> None:
        remove_row(row=row, expected_version=version)


def _paths(resource: TermResource) -> list[URLPattern]:
    """The addresses of one kind."""
    model, shape = resource.model, _serializer(resource)
    example = OpenApiExample(resource.example["name_en"], value=resource.example, request_only=True)
    collection = type(
        f"{model.__name__}Collection",
        (TermCollection,),
        {
            "__doc__": f"The {resource.path.replace('-', ' ')}; `search` looks in code and names.",
            "queryset": model._default_manager.order_by("name_en", "id"),
            "serializer_class": shape,
            "filterset_fields": ("code", "is_active", *resource.filters),
        },
    )
    record = type(
        f"{model.__name__}Record",
        (TermRecord,),
        {
            "__doc__": TermRecord.__doc__,
            "queryset": model._default_manager.all(),
            "serializer_class": shape,
        },
    )
    extend_schema_view(post=extend_schema(examples=[example]))(collection)
    extend_schema_view(
        put=extend_schema(examples=[example]),
        patch=extend_schema(
            examples=[OpenApiExample("Off", value={"is_active": False}, request_only=True)]
        ),
    )(record)
    return resource_paths(f"commodities/{resource.path}", collection, record)


def term_paths() -> list[URLPattern]:
    """The addresses of all terms, each with and without a slash at its end."""
    return [
        re_path(
            r"^commodities/payment-terms/(?P<id>\d{1,18})/due-dates/?$",
            DueDates.as_view(),
            name="payment-terms-due-dates",
        ),
        *(found for resource in TERM_RESOURCES for found in _paths(resource)),
    ]
