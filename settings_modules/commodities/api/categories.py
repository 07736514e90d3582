"""Categories of commodities for staff, and which one goods belong to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import URLPattern, re_path
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from drf_spectacular.utils import extend_schema_view as describe
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.schema import SHORT_TEXT
from core.api.staff import (
    Adds,
    Edits,
    Removes,
    StaffCollection,
    StaffSerializer,
    StaffView,
    Values,
    resource_paths,
)
from core.references.services import remove_row
from settings_modules.commodities.api.tax_codes import cleaned
from settings_modules.commodities.models import CommodityCategory
from settings_modules.commodities.selectors.category_detection import (
    CategoryMatch,
    DetectedCategory,
    detect_category,
)
from settings_modules.commodities.services.categories import (
    CATEGORY_FIELDS,
    create_category,
    update_category,
)

LONGEST_DESCRIPTION = 1_000
_OWN = ("id", "version", "created_at", "updated_at")


class CommodityCategorySerializer(StaffSerializer):
    class Meta:
        model = CommodityCategory
        fields = ("id", "version", *CATEGORY_FIELDS, "created_at", "updated_at")
        read_only_fields = _OWN


@describe(
    post=extend_schema(
        examples=[
            OpenApiExample(
                "Nuts",
                value={
                    "code": "nuts",
                    "name_en": "Nuts",
                    "name_ar": "مكسرات",
                    "keywords": ["cashew", "almond", "pistachio"],
                    "priority": 50,
                },
                request_only=True,
            )
        ]
    )
)
class CategoryCollection(Adds, StaffCollection):
    """Kinds of commodities with the words by which they are recognized."""

    queryset = CommodityCategory.objects.order_by("code")
    serializer_class = CommodityCategorySerializer
    filterset_fields = ("code", "parent", "is_active")
    ordering_fields = ("id", "code", "name_en", "priority", "updated_at")

    def create_row(self, values: Values) -> CommodityCategory:
        return create_category(values=values)


class CategoryRecord(Edits, Removes):
    """One category."""

    queryset = CommodityCategory.objects.all()
    serializer_class = CommodityCategorySerializer

    def update_row(self, row: CommodityCategory, values: Values, version: int) -> CommodityCategory:
        return update_category(category=row, values=values, expected_version=version)

    def delete_row(self, row: CommodityCategory, version: int) -> None:
        remove_row(row=row, expected_version=version)


class FoundCategorySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name_en = serializers.CharField()
    name_ar = serializers.CharField()
    words = serializers.CharField(help_text="By which it was recognized.")


class SuggestedCategorySerializer(serializers.Serializer[Any]):
    """A suggestion; nothing is stored by it."""

    category = FoundCategorySerializer(allow_null=True)
    confidence = serializers.CharField(help_text="0 to 1, as text.")
    reason = serializers.CharField()
    reason_ar = serializers.CharField()
    alternatives = FoundCategorySerializer(many=True)


class GoodsForm(forms.Form):
    """Goods as somebody calls and describes them."""

    name = forms.CharField(max_length=200)
    description = forms.CharField(max_length=LONGEST_DESCRIPTION, required=False)


def _found(category: CommodityCategory, words: str) -> dict[str, Any]:
    return {
        "id": category.pk,
        "code": category.code,
        "name_en": category.name_en,  # type: ignore[attr-defined]
        "name_ar": category.name_ar,  # type: ignore[attr-defined]
        "words": words,
    }


def detected_on_the_wire(detected: DetectedCategory) -> dict[str, Any]:
    """The wire form of what was detected."""

    def shown(match: CategoryMatch) -> dict[str, Any]:
        return _found(match.category, match.words)

    category = detected.category
    return {
        "category": _found(category, detected.words) if category is not None else None,
        "confidence": f"{detected.confidence:.2f}",
        "reason": detected.reason,
        "reason_ar": detected.reason_ar,
        "alternatives": [shown(match) for match in detected.alternatives],
    }


class SuggestCategory(StaffView):
    """The category of goods by whole words of their name."""

    queryset = CommodityCategory.objects.all()

    @extend_schema(
        operation_id="settings_commodities_suggest_category",
        summary="Suggest the category of goods by their name (staff)",
        parameters=[
            OpenApiParameter("name", SHORT_TEXT, required=True, description="The goods."),
            OpenApiParameter(
                "description",
                {"type": "string", "maxLength": LONGEST_DESCRIPTION},
                description="Looked at when nothing in the name is known.",
            ),
        ],
        responses={200: SuggestedCategorySerializer},
    )
    def get(self, request: Request) -> Response:
        asked = cleaned(GoodsForm(request.query_params))
        return Response(detected_on_the_wire(detect_category(asked["name"], asked["description"])))


def category_paths() -> list[URLPattern]:
    """The addresses of categories, each with and without a slash at its end."""
    return [
        re_path(r"^commodities/suggest-category/?$", SuggestCategory.as_view()),
        *resource_paths("commodities/categories", CategoryCollection, CategoryRecord),
    ]
