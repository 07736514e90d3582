"""GST registrations for staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import URLPattern, re_path
from drf_spectacular.utils import (
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.filters import SearchFilter
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import VERSION_ERRORS, RowAction
from core.api.checked_numbers import CheckedNumbersSerializer
from core.api.schema import FieldErrorSerializer
from core.api.staff import Adds, Edits, Removes, StaffCollection, Values, resource_paths
from settings_modules.organizations.api.organizations import BelowOrganization
from settings_modules.organizations.api.successors import (
    PROMOTE,
    SuccessorSerializer,
    promoted,
)
from settings_modules.organizations.models import GstRegistration
from settings_modules.organizations.selectors.findings import registration_findings
from settings_modules.organizations.services.gst_registrations import (
    REGISTRATION_FIELDS,
    add_registration,
    deactivate_registration,
    make_primary,
    remove_registration,
    restore_registration,
    update_registration,
)


class RegistrationSerializer(CheckedNumbersSerializer):
    checked = frozenset({"gstin"})

    warnings = serializers.SerializerMethodField(
        help_text="What is wrong in values that are stored already."
    )

    @extend_schema_field(FieldErrorSerializer(many=True))
    def get_warnings(self, row: GstRegistration) -> list[dict[str, str]]:
        return [found.as_dict() for found in registration_findings(row)]

    class Meta:
        model = GstRegistration
        fields = ("id", "version", "organization", "gstin", *REGISTRATION_FIELDS, "warnings")
        read_only_fields: tuple[str, ...] = ("id", "version")
        # The service and the database keep each GSTIN once and one primary.
        validators = ()


class RegistrationRecordSerializer(RegistrationSerializer):
    """A registration keeps its GSTIN and its organization."""

    class Meta(RegistrationSerializer.Meta):
        read_only_fields = (*RegistrationSerializer.Meta.read_only_fields, "organization", "gstin")


class RegistrationList(StaffCollection):
    queryset = GstRegistration.objects.select_related("organization").order_by("id")
    serializer_class = RegistrationSerializer
    filter_backends: Any = (*StaffCollection.filter_backends, SearchFilter)
    filterset_fields: ClassVar[Any] = ("organization", "gstin", "state", "is_primary", "is_active")
    search_fields = ("gstin", "legal_name", "address", "state", "branch_code")
    ordering_fields = ("id", "gstin", "state", "branch_code")


class RegistrationCollection(Adds, RegistrationList):
    """Where our companies are registered; the first active one of each is primary by itself."""

    def create_row(self, values: Values) -> GstRegistration:
        given = dict(values)
        return add_registration(
            organization=given.pop("organization"), gstin=given.pop("gstin"), values=given
        )


class RegistrationsOfOrganization(BelowOrganization, RegistrationList):
    """The registrations of one organization."""

    filterset_fields: ClassVar[Any] = ("gstin", "state", "is_primary", "is_active")


@extend_schema_view(delete=extend_schema(parameters=[PROMOTE]))
class RegistrationRecord(Edits, Removes):
    """One registration. The primary one is removed only when `promote` names another."""

    #: Below, because another one may have to take its place.
    own_actions = ("deactivate", "restore")

    queryset = GstRegistration.objects.select_related("organization")
    serializer_class = RegistrationRecordSerializer

    def update_row(self, row: GstRegistration, values: Values, version: int) -> GstRegistration:
        return update_registration(registration=row, values=values, expected_version=version)

    def delete_row(self, row: GstRegistration, version: int) -> None:
        remove_registration(
            registration=row, promote=promoted(self.request), expected_version=version
        )


class RegistrationAction(RowAction):
    queryset = GstRegistration.objects.select_related("organization")
    serializer_class = RegistrationRecordSerializer
    needed: ClassVar[Any] = {"POST": ("organizations.change_gstregistration",)}


class MakePrimary(RegistrationAction):
    """Another loses the mark in the same moment."""

    @extend_schema(
        operation_id="settings_gst_registrations_make_primary",
        summary="Make a GST registration the primary one (staff)",
        request=None,
        responses={200: RegistrationRecordSerializer, **VERSION_ERRORS},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        row = make_primary(registration=self.row(id), expected_version=self.seen(request))
        return self.answered(row)


class DeactivateRegistration(RegistrationAction):
    """The primary one names in `promote` which takes its place."""

    @extend_schema(
        operation_id="settings_gst_registrations_deactivate",
        summary="Switch a GST registration off (staff)",
        request=SuccessorSerializer,
        responses={200: RegistrationRecordSerializer, **VERSION_ERRORS},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        row = deactivate_registration(
            registration=self.row(id),
            promote=self.given(request, SuccessorSerializer).get("promote"),
            expected_version=self.seen(request),
        )
        return self.answered(row)


class RestoreRegistration(RegistrationAction):
    """It is primary when no other is."""

    @extend_schema(
        operation_id="settings_gst_registrations_restore",
        summary="Switch a GST registration on again (staff)",
        request=None,
        responses={200: RegistrationRecordSerializer, **VERSION_ERRORS},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        row = restore_registration(registration=self.row(id), expected_version=self.seen(request))
        return self.answered(row)


def registration_paths() -> list[URLPattern]:
    """The addresses of GST registrations, each with and without a slash at its end."""
    record = r"^gst-registrations/(?P<id>\d{1,18})"
    actions = {
        "make-primary": MakePrimary,
        "deactivate": DeactivateRegistration,
        "restore": RestoreRegistration,
    }
    return [
        *resource_paths("gst-registrations", RegistrationCollection, RegistrationRecord),
        *(
            re_path(rf"{record}/{name}/?$", view.as_view(), name=f"gst-registrations-{name}")
            for name, view in actions.items()
        ),
    ]
