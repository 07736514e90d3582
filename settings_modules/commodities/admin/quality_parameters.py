"""Quality parameters in the back office: a tab of the commodity, pages of their own, and the
templates that they are suggested from."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, BaseTabularInline, Values
from core.references.services import remove_row
from settings_modules.commodities.models import ParameterTemplate, QualityParameter
from settings_modules.commodities.services.parameter_templates import (
    create_template,
    update_template,
)
from settings_modules.commodities.services.quality_parameters import (
    add_parameter,
    remove_parameter,
    update_parameter,
)

_DESCRIBED = (
    ("parameter_name", "parameter_type"),
    ("min_value", "max_value", "unit"),
    ("default_value", "is_mandatory", "is_active"),
)


class ParameterDoor:
    """What the tab and the pages share: the services."""

    def create_row(self, obj: QualityParameter, values: Values) -> QualityParameter:
        return add_parameter(commodity=obj.commodity, values=values)

    def update_row(self, obj: QualityParameter, values: Values) -> None:
        update_parameter(parameter=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: QualityParameter) -> None:
        remove_parameter(parameter=obj)


class ParameterInline(ParameterDoor, BaseTabularInline):
    """The parameters of a commodity in their order, which has a page of its own."""

    model = QualityParameter
    fields = (
        *("parameter_name", "parameter_type", "unit", "min_value", "max_value"),
        *("default_value", "is_mandatory", "is_active"),
    )
    ordering = ("display_order", "id")
    show_change_link = True
    verbose_name_plural = _("Quality")


@admin.register(QualityParameter)
class QualityParameterAdmin(ParameterDoor, BaseAdmin):
    """Parameters of all commodities."""

    list_display = (
        *("parameter_name", "commodity", "parameter_type", "unit"),
        *("min_value", "max_value", "is_mandatory", "is_active"),
    )
    list_filter = ("is_active", "is_mandatory", "parameter_type")
    search_fields = ("parameter_name", "unit")
    ordering = ("commodity", "display_order", "id")
    fieldsets = (
        (None, {"fields": ("commodity", *_DESCRIBED)}),
        (None, {"fields": (("display_order", "created_at", "updated_at"),)}),
    )
    readonly_fields: tuple[str, ...] = ("display_order", "created_at", "updated_at")
    empty_text = _("Add parameters in the tab of their commodity, or here.")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A parameter stays with its commodity."""
        return self.readonly_fields if obj is None else ("commodity", *self.readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[QualityParameter]:
        rows: QuerySet[QualityParameter] = super().get_queryset(request)
        return rows.select_related("commodity")


@admin.register(ParameterTemplate)
class ParameterTemplateAdmin(BaseAdmin):
    """What is usually measured of a category's commodities; the most used is suggested first."""

    list_display = (
        *("parameter_name", "category", "parameter_type", "unit", "min_value", "max_value"),
        *("is_mandatory", "usage_count", "source", "is_active"),
    )
    list_filter = ("is_active", "category", "is_mandatory", "source")
    search_fields = ("parameter_name", "description", "unit")
    ordering = ("category", "-usage_count", "parameter_name")
    fieldsets = (
        (None, {"fields": (("category", "source"), *_DESCRIBED, "description")}),
        (None, {"fields": (("usage_count", "created_at", "updated_at"),)}),
    )
    readonly_fields = ("usage_count", "created_at", "updated_at")
    empty_text = _("Parameters that are added to commodities become templates of their category.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ParameterTemplate]:
        rows: QuerySet[ParameterTemplate] = super().get_queryset(request)
        return rows.select_related("category")

    def create_row(self, obj: ParameterTemplate, values: Values) -> ParameterTemplate:
        return create_template(values=values)

    def update_row(self, obj: ParameterTemplate, values: Values) -> None:
        update_template(template=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: ParameterTemplate) -> None:
        remove_row(row=obj)
