"""Saved filters: the caller's own, and those that others share. Nobody needs a permission for their
own; they are of lists whose records the caller may view."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from drf_spectacular.utils import extend_schema_view as describe
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.filters import TruthFilter
from core.api.saved_filter_lists import ApiList, list_of, viewable_types
from core.api.staff import (
    Adds,
    Edits,
    Removes,
    StaffCollection,
    StaffFilterSet,
    StaffSerializer,
    StaffView,
    Values,
)
from core.saved_filters.errors import SavedFilterListUnknown
from core.saved_filters.models import SavedFilter, Surface
from core.saved_filters.queries import MOST_CHARACTERS, MOST_PARAMETERS, MOST_VALUES
from core.saved_filters.selectors import may_edit, usable_filters
from core.saved_filters.services import create_filter, delete_filter, update_filter


class ActiveStaff(BasePermission):
    """Active staff: everybody keeps filters of their own."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_active and request.user.is_staff)


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "type": "array",
            "items": {"type": "string", "maxLength": MOST_CHARACTERS},
            "maxItems": MOST_VALUES,
        },
        "minProperties": 1,
        "maxProperties": MOST_PARAMETERS,
        "example": {"category": ["3"], "ordering": ["-updated_at"]},
    }
)
class QueryField(serializers.JSONField):
    """Parameter to its values, as the service checks it; parameters are answered in order."""

    def to_representation(self, value: Any) -> Any:
        return {name: value[name] for name in sorted(value)}


class SavedFilterSerializer(StaffSerializer):
    query = QueryField(help_text="Parameters of the list with their values, without pages.")
    is_editable = serializers.SerializerMethodField(
        help_text="Whether the caller may change and remove it."
    )
    unknown_parameters = serializers.SerializerMethodField(
        help_text="Parameters that the list does not know any more: leave them out."
    )

    class Meta:
        model = SavedFilter
        fields: tuple[str, ...] = (
            *("id", "version", "record_type", "surface", "name", "query", "is_shared", "owner"),
            *("is_editable", "unknown_parameters", "created_at", "updated_at"),
        )
        read_only_fields: tuple[str, ...] = (
            *("id", "version", "record_type", "surface", "owner", "created_at", "updated_at"),
        )
        # The service tells of a name that is taken by its code.
        validators = ()

    @extend_schema_field(bool)
    def get_is_editable(self, saved: SavedFilter) -> bool:
        return may_edit(saved, self.context["request"].user)

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_unknown_parameters(self, saved: SavedFilter) -> list[str]:
        records = list_of(saved.record_type)
        return sorted(saved.query if records is None else records.unknown_parameters(saved.query))


class NewSavedFilterSerializer(SavedFilterSerializer):
    class Meta(SavedFilterSerializer.Meta):
        read_only_fields = ("id", "version", "surface", "owner", "created_at", "updated_at")


class SavedFilterFilter(StaffFilterSet):
    """By the list, by name, whether it is shared, whether it is the caller's."""

    record_type = filters.CharFilter()
    name = filters.CharFilter(lookup_expr="iexact")
    mine = TruthFilter(method="filter_mine", label="Only those of the caller.")

    class Meta:
        model = SavedFilter
        fields = ("record_type", "name", "is_shared", "mine")

    def filter_mine(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Those of the caller, or those of others."""
        own = {"owner_id": self.request.user.pk}
        return rows.filter(**own) if value else rows.exclude(**own)


class SavedFilters(StaffView):
    """What both addresses share: filters of the API's lists that the caller may use."""

    permission_classes: Any = (ActiveStaff,)
    queryset = SavedFilter.objects.order_by("name", "id")
    serializer_class = SavedFilterSerializer

    def get_queryset(self) -> QuerySet[SavedFilter]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        user = self.request.user
        return usable_filters(user, Surface.API).filter(record_type__in=list(viewable_types(user)))

    def records(self, record_type: str) -> ApiList:
        """The list of such records. Raises SavedFilterListUnknown, also when it may not be seen."""
        found = list_of(record_type) if record_type in viewable_types(self.request.user) else None
        if found is None:
            raise SavedFilterListUnknown(field="record_type")
        return found


ADD_EXAMPLE = OpenApiExample(
    "Cotton, newest first",
    request_only=True,
    value={
        "record_type": "commodities.commodity",
        "name": "Cotton",
        "query": {"category_code": ["cotton"], "ordering": ["-updated_at"]},
        "is_shared": False,
    },
)
REPLACE_EXAMPLE = OpenApiExample(
    "Another search, shared",
    request_only=True,
    value={"name": "Yarn", "query": {"search": ["yarn"]}, "is_shared": True},
)
CHANGE_EXAMPLE = OpenApiExample("Another name", request_only=True, value={"name": "Raw cotton"})


@describe(post=extend_schema(examples=[ADD_EXAMPLE]))
class SavedFilterCollection(SavedFilters, Adds, StaffCollection):
    """The caller's saved filters and those that others share, of lists that the caller may see."""

    serializer_class = NewSavedFilterSerializer
    filterset_class = SavedFilterFilter
    ordering_fields = ("id", "name", "record_type", "updated_at")

    def create_row(self, values: Values) -> SavedFilter:
        records = self.records(values["record_type"])
        return create_filter(
            owner=self.request.user,  # type: ignore[arg-type]  # who is let in has an account
            records=records,
            name=values["name"],
            query=values["query"],
            is_shared=values.get("is_shared", False),
        )


@describe(
    put=extend_schema(examples=[REPLACE_EXAMPLE]),
    patch=extend_schema(examples=[CHANGE_EXAMPLE]),
)
class SavedFilterRecord(SavedFilters, Edits, Removes):
    """One saved filter. It is changed by its owner, a shared one by superusers too."""

    def update_row(self, row: SavedFilter, values: Values, version: int) -> SavedFilter:
        return update_filter(
            saved=row,
            by=self.request.user,  # type: ignore[arg-type]  # as above
            records=self.records(row.record_type),
            values=values,
            expected_version=version,
        )

    def delete_row(self, row: SavedFilter, version: int) -> None:
        delete_filter(
            saved=row,
            by=self.request.user,  # type: ignore[arg-type]  # as above
            expected_version=version,
        )
