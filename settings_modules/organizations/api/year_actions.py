"""What happens to a financial year: opened, made active, closed, locked, reopened, followed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import URLPattern, re_path
from django.utils import translation
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import VERSION_ERRORS, RowAction
from core.api.staff import StaffSerializer, resource_paths
from settings_modules.organizations.api.approval_requests import ApprovalRequestSerializer
from settings_modules.organizations.api.financial_years import (
    FinancialYearCollection,
    FinancialYearRecord,
    FinancialYearRecordSerializer,
)
from settings_modules.organizations.models import DocumentSeries, FinancialYear
from settings_modules.organizations.selectors.financial_years import (
    CheckedItem,
    closing_checklist,
)
from settings_modules.organizations.services.financial_years import (
    activate_year,
    lock_year,
    note_audit,
    open_year,
)
from settings_modules.organizations.services.year_end import (
    LONGEST_WAIVER,
    YearAfter,
    close_year,
    reopen_year,
    roll_forward,
    split_year,
)

CHANGE = ("organizations.change_financialyear",)
CLOSE = ("organizations.close_financialyear",)
REOPEN = ("organizations.reopen_financialyear",)
#: A year and series come with it.
ADD_AND_CHANGE = ("organizations.add_financialyear", *CHANGE)
VIEW = ("organizations.view_financialyear",)
_DONE = {200: FinancialYearRecordSerializer, **VERSION_ERRORS}


class NothingSerializer(serializers.Serializer[Any]):
    """An empty object."""


class AuditSerializer(serializers.Serializer[Any]):
    is_noted = serializers.BooleanField(required=False, default=True)


class WaiversSerializer(serializers.Serializer[Any]):
    """Code of an unsettled point to the reason why the year closes in spite of it."""

    waivers = serializers.DictField(
        child=serializers.CharField(max_length=LONGEST_WAIVER), required=False, default=dict
    )


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class FollowSerializer(serializers.Serializer[Any]):
    activate = serializers.BooleanField(
        required=False, default=False, help_text="Make the following year the active one at once."
    )


class SplitSerializer(serializers.Serializer[Any]):
    at = serializers.DateField(help_text="The first day of the second part.")


class CheckedItemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.SerializerMethodField()  # type: ignore[assignment]  # a name that fields have too
    label_ar = serializers.SerializerMethodField()
    count = serializers.IntegerField()
    is_settled = serializers.BooleanField()
    is_blocking = serializers.BooleanField(help_text="Cannot be waived.")
    link = serializers.CharField(help_text="Where the back office lists what was found.")

    def get_label(self, item: CheckedItem) -> str:
        return _in_language(item.label, "en")

    def get_label_ar(self, item: CheckedItem) -> str:
        return _in_language(item.label, "ar")


def _in_language(text: Any, language: str) -> str:
    with translation.override(language):
        return str(text)


class ChecklistSerializer(serializers.Serializer[Any]):
    is_clean = serializers.BooleanField()
    items = CheckedItemSerializer(many=True)


class NewSeriesSerializer(StaffSerializer):
    class Meta:
        model = DocumentSeries
        fields = ("id", "document_type", "gst_registration", "prefix", "padding", "suffix")
        read_only_fields = fields


class YearAfterSerializer(serializers.Serializer[Any]):
    year = FinancialYearRecordSerializer()
    series = NewSeriesSerializer(many=True)


class YearAction(RowAction):
    """Something that happens to the year of the address."""

    queryset = FinancialYear.objects.select_related("organization")
    serializer_class: Any = FinancialYearRecordSerializer
    needed: ClassVar[Any] = {"POST": CHANGE}

    def done(self, request: Request, key: int, service: Any, **given: Any) -> Response:
        """The year after what the service made of it."""
        return self.answered(
            service(year=self.row(key), expected_version=self.seen(request), **given)
        )

    def followed(self, made: YearAfter) -> Response:
        """201 with the other year and its series."""
        return Response(YearAfterSerializer(made, context={"view": self}).data, status=201)


class OpenView(YearAction):
    """A draft becomes a year that takes documents."""

    @extend_schema(
        operation_id="settings_financial_years_open",
        summary="Open a draft year (staff)",
        request=NothingSerializer,
        responses=_DONE,
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        self.given(request, NothingSerializer)
        return self.done(request, id, open_year)


class ActivateView(YearAction):
    """The year takes the place of the active one."""

    @extend_schema(
        operation_id="settings_financial_years_activate",
        summary="Make an open year the active one (staff)",
        request=NothingSerializer,
        responses=_DONE,
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        self.given(request, NothingSerializer)
        return self.done(request, id, activate_year)


class CloseView(YearAction):
    """The checklist, and the closing itself."""

    needed: ClassVar[Any] = {"GET": VIEW, "HEAD": VIEW, "OPTIONS": VIEW, "POST": CLOSE}

    @extend_schema(
        operation_id="settings_financial_years_checklist",
        summary="What must be settled before the year closes (staff)",
        responses={200: ChecklistSerializer},
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002
        items = closing_checklist(self.row(id))
        found = {"is_clean": all(item.is_settled for item in items), "items": items}
        return Response(ChecklistSerializer(found).data)

    @extend_schema(
        operation_id="settings_financial_years_close",
        summary="Close a year whose checklist is settled or waived (staff)",
        request=WaiversSerializer,
        responses=_DONE,
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        waivers = self.given(request, WaiversSerializer)["waivers"]
        return self.done(request, id, close_year, waivers=waivers)


class AuditView(YearAction):
    """That the audit of the year was done."""

    needed: ClassVar[Any] = {"POST": CLOSE}

    @extend_schema(
        operation_id="settings_financial_years_note_audit",
        summary="Note the audit of a year, or take the note back (staff)",
        request=AuditSerializer,
        responses=_DONE,
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        is_noted = self.given(request, AuditSerializer)["is_noted"]
        return self.done(request, id, note_audit, is_noted=is_noted)


class LockView(YearAction):
    """A closed year becomes one that nobody opens again."""

    needed: ClassVar[Any] = {"POST": CLOSE}

    @extend_schema(
        operation_id="settings_financial_years_lock",
        summary="Lock a closed year for good (staff)",
        request=NothingSerializer,
        responses=_DONE,
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        self.given(request, NothingSerializer)
        return self.done(request, id, lock_year)


class ReopenView(YearAction):
    """Asks for the reopening; the year is open once a second person agrees."""

    needed: ClassVar[Any] = {"POST": REOPEN}

    @extend_schema(
        operation_id="settings_financial_years_reopen",
        summary="Ask for a closed year to be opened again; a second person agrees (staff)",
        request=ReasonSerializer,
        responses={202: ApprovalRequestSerializer, **VERSION_ERRORS},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        year = self.row(id)
        reason = self.given(request, ReasonSerializer)["reason"]
        asked = reopen_year(year=year, reason=reason, expected_version=self.seen(request))
        return Response(ApprovalRequestSerializer(asked).data, status=202)


class RollForwardView(YearAction):
    """The following year with its series."""

    needed: ClassVar[Any] = {"POST": ADD_AND_CHANGE}

    @extend_schema(
        operation_id="settings_financial_years_roll_forward",
        summary="Make the following year with series that count from 1 (staff)",
        request=FollowSerializer,
        responses={201: YearAfterSerializer, **VERSION_ERRORS},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        year = self.row(id)
        given = self.given(request, FollowSerializer)
        seen = self.seen(request)
        made = roll_forward(year=year, activate=given["activate"], expected_version=seen)
        return self.followed(made)


class SplitView(YearAction):
    """The year in two."""

    needed: ClassVar[Any] = {"POST": ADD_AND_CHANGE}

    @extend_schema(
        operation_id="settings_financial_years_split",
        summary="Split a year that may be shorter; the answer has the second part (staff)",
        request=SplitSerializer,
        responses={201: YearAfterSerializer, **VERSION_ERRORS},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        year = self.row(id)
        at = self.given(request, SplitSerializer)["at"]
        return self.followed(split_year(year=year, at=at, expected_version=self.seen(request)))


_ACTIONS: dict[str, type[YearAction]] = {
    "open": OpenView,
    "activate": ActivateView,
    "close": CloseView,
    "note-audit": AuditView,
    "lock": LockView,
    "reopen": ReopenView,
    "roll-forward": RollForwardView,
    "split": SplitView,
}


def year_paths() -> list[URLPattern]:
    """The addresses of financial years, each with and without a slash at its end."""
    return [
        *resource_paths("financial-years", FinancialYearCollection, FinancialYearRecord),
        *(
            re_path(
                rf"^financial-years/(?P<id>\d{{1,18}})/{name}/?$",
                view.as_view(),
                name=f"financial-years-{name}",
            )
            for name, view in _ACTIONS.items()
        ),
    ]
