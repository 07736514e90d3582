"""Units of measure in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, BaseTabularInline, Values, display
from core.admin.directions import left_to_right
from settings_modules.commodities.admin.calculators import Calculators
from settings_modules.commodities.exact_numbers import with_decimals
from settings_modules.commodities.models import Unit, UnitAlias
from settings_modules.commodities.services.units import (
    MOST_ALIASES,
    add_alias,
    change_alias,
    create_unit,
    remove_alias,
    update_unit,
)


class UnitForm(ModelForm):
    """Codes are written in capitals."""

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()


class AliasForm(ModelForm):
    """Other words are written in capitals."""

    class Meta:
        model = UnitAlias
        fields = ("alias",)

    def clean_alias(self) -> str:
        return str(self.cleaned_data["alias"]).upper()


class AliasInline(BaseTabularInline):
    """What else the unit is called."""

    model = UnitAlias
    form = AliasForm
    fields = ("alias",)
    max_num = MOST_ALIASES

    def create_row(self, obj: UnitAlias, values: Values) -> UnitAlias:
        return add_alias(unit=obj.unit, alias=values["alias"])

    def update_row(self, obj: UnitAlias, values: Values) -> None:
        change_alias(alias=obj, word=values["alias"])

    def delete_row(self, obj: UnitAlias) -> None:
        remove_alias(alias=obj)


@admin.register(Unit)
class UnitAdmin(Calculators, BaseAdmin):
    """What is counted in what. The factor of a unit is data, with where it is from."""

    form = UnitForm
    inlines = (AliasInline,)
    list_display = ("code", "shown_name", "dimension", "shown_factor", "other_words", "is_active")
    list_filter = ("dimension", "is_active")
    search_fields = ("code", "name_en", "name_ar", "name_ckb", "name_hi", "aliases__alias")
    search_help_text = _("Search code, name and other words")
    ordering = ("dimension", "code")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("code", "dimension"),
                    ("name_en", "name_ar"),
                    ("name_ckb", "name_hi"),
                    ("factor", "shown_factor"),
                    ("source", "is_active"),
                )
            },
        ),
    )
    readonly_fields = ("shown_factor",)
    empty_text = _("Units come with the installation; add those that your trade has besides.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        rows: QuerySet[Unit] = super().get_queryset(request)
        return rows.prefetch_related("aliases")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A unit keeps its code and what it measures."""
        found = tuple(super().get_readonly_fields(request, obj))
        return found if obj is None else (*found, "code", "dimension")

    @display(description=_("name"), ordering="name_en")
    def shown_name(self, obj: Unit) -> str:
        return obj.name

    @display(description=_("one is"), ordering="factor")
    def shown_factor(self, obj: Unit) -> str:
        if obj.pk is None:
            return "—"
        return left_to_right(f"{with_decimals(obj.factor)} {obj.base}")

    @display(description=_("other words"))
    def other_words(self, obj: Unit) -> str:
        return left_to_right(", ".join(sorted(row.alias for row in obj.aliases.all())))

    def create_row(self, obj: Unit, values: Values) -> Unit:
        return create_unit(values=values)

    def update_row(self, obj: Unit, values: Values) -> None:
        update_unit(unit=obj, values=values, expected_version=obj.version)
