"""Financial years for staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.utils import (
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers

from core.api.staff import Adds, Edits, Removes, StaffCollection, StaffSerializer, Values
from core.editing.errors import SuccessorUnfit
from core.tenancy import visible_rows
from settings_modules.organizations.api.organizations import BelowOrganization
from settings_modules.organizations.api.successors import PROMOTE, promoted
from settings_modules.organizations.models import FinancialYear
from settings_modules.organizations.selectors.financial_years import (
    gaps_beside,
    today,
    with_neighbours,
)
from settings_modules.organizations.services.financial_years import (
    YEAR_FIELDS,
    create_year,
    remove_year,
    update_year,
)

_READ = ("id", "version", "status", "audit_noted_at", "audit_noted_by", "closing_waivers")


class YearWarningSerializer(serializers.Serializer[Any]):
    """Days beside the year that belong to none: `code` is gap_before or gap_after."""

    code = serializers.CharField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    message = serializers.CharField()
    message_ar = serializers.CharField()


class FinancialYearSerializer(StaffSerializer):
    is_current = serializers.SerializerMethodField(help_text="Whether today is one of its days.")
    warnings = serializers.SerializerMethodField()

    def get_is_current(self, row: FinancialYear) -> bool:
        return row.start_date <= today() <= row.end_date

    @extend_schema_field(YearWarningSerializer(many=True))
    def get_warnings(self, row: FinancialYear) -> Any:
        found = [
            {
                "code": f"gap_{side}",
                "first_day": gap.first,
                "last_day": gap.last,
                "message": gap_text(gap, "en"),
                "message_ar": gap_text(gap, "ar"),
            }
            for side, gap in gaps_beside(row).items()
        ]
        return YearWarningSerializer(found, many=True).data

    class Meta:
        model = FinancialYear
        fields = (*_READ, "organization", *YEAR_FIELDS, "is_active", "is_current", "warnings")
        read_only_fields: tuple[str, ...] = _READ
        # The service and the database keep years apart, and their names.
        validators = ()


def gap_text(gap: Any, language: str) -> str:
    """The warning about days that belong to no year."""
    with translation.override(language):
        text = _("No financial year is set up from %(first)s to %(last)s.")
        return text % {"first": gap.first.isoformat(), "last": gap.last.isoformat()}


class NewYearSerializer(FinancialYearSerializer):
    """A new year; with `is_active` it is opened and becomes the active one."""

    is_active = serializers.BooleanField(required=False, default=False)


class FinancialYearRecordSerializer(FinancialYearSerializer):
    """A year stays with its organization; what happens to it has addresses of its own."""

    class Meta(FinancialYearSerializer.Meta):
        read_only_fields = (*_READ, "organization", "is_active")


class FinancialYearList(StaffCollection):
    queryset = FinancialYear.objects.order_by("-start_date", "id")
    serializer_class = NewYearSerializer
    ordering_fields = ("id", "start_date")

    def get_queryset(self) -> QuerySet[FinancialYear]:
        return with_neighbours(super().get_queryset())


class YearsOfOrganization(BelowOrganization, FinancialYearList):
    """The years of one organization, newest first."""

    filterset_fields: ClassVar[Any] = ("status", "is_active")


class FinancialYearCollection(Adds, FinancialYearList):
    """The years, newest first."""

    filterset_fields: ClassVar[Any] = ("organization", "status", "is_active")

    def create_row(self, values: Values) -> FinancialYear:
        return create_year(
            organization=values["organization"], values=values, activate=values["is_active"]
        )


@extend_schema_view(delete=extend_schema(parameters=[PROMOTE]))
class FinancialYearRecord(Edits, Removes):
    """One year. DELETE removes a draft, or an open year without series; `?promote=` names the year
    that becomes active in place of it."""

    queryset = FinancialYear.objects.all()
    serializer_class = FinancialYearRecordSerializer

    def update_row(self, row: FinancialYear, values: Values, version: int) -> FinancialYear:
        return update_year(year=row, values=values, expected_version=version)

    def delete_row(self, row: FinancialYear, version: int) -> None:
        remove_year(year=row, successor=self._successor(), expected_version=version)

    def _successor(self) -> FinancialYear | None:
        """Raises SuccessorUnfit when the parameter names no year that the caller sees."""
        key = promoted(self.request)
        if key is None:
            return None
        years = visible_rows(FinancialYear.objects.filter(pk=key), self.request.user)
        found = years.first()
        if found is None:
            raise SuccessorUnfit(field="promote")
        return found
