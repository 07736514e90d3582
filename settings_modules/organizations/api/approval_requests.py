"""Changes that wait for a second person, and what is decided about them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import URLPattern, re_path
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import VERSION_ERRORS, RowAction
from core.api.staff import StaffCollection, StaffRecord, StaffSerializer, resource_paths
from settings_modules.organizations.models import ApprovalRequest
from settings_modules.organizations.selectors.approvals import (
    is_overtaken,
    proposed_changes,
    target_of,
)
from settings_modules.organizations.services.approvals import (
    agree_to_change,
    refuse_change,
    withdraw_change,
)

_LISTED = (
    *("id", "version", "organization", "kind", "target_id", "seen_version", "reason"),
    *("requested_by", "requested_at", "decision", "decided_by", "decided_at", "note"),
)


class ListedApprovalSerializer(StaffSerializer):
    """A request without what it would change."""

    class Meta:
        model = ApprovalRequest
        fields: tuple[str, ...] = _LISTED
        read_only_fields: tuple[str, ...] = _LISTED


class ProposedChangeSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a name that fields have too
    before = serializers.CharField()
    after = serializers.CharField()


class ApprovalRequestSerializer(ListedApprovalSerializer):
    """A request with what it would change, in the caller's language."""

    changes = serializers.SerializerMethodField(
        help_text="What would change; of account numbers the last four characters."
    )
    is_overtaken = serializers.SerializerMethodField(
        help_text="The record changed since or is gone: nobody can agree any more."
    )

    class Meta(ListedApprovalSerializer.Meta):
        fields = (*_LISTED, "changes", "is_overtaken")

    @extend_schema_field(ProposedChangeSerializer(many=True))
    def get_changes(self, row: ApprovalRequest) -> Any:
        changes = proposed_changes(row, target_of(row))
        return ProposedChangeSerializer(changes, many=True).data

    def get_is_overtaken(self, row: ApprovalRequest) -> bool:
        return is_overtaken(row, target_of(row))


class NoteSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ApprovalCollection(StaffCollection):
    """The requests, newest first."""

    queryset = ApprovalRequest.objects.order_by("-id")
    serializer_class = ListedApprovalSerializer
    filterset_fields = ("organization", "kind", "decision", "requested_by")
    ordering_fields = ("id", "requested_at", "decided_at")


class ApprovalRecord(StaffRecord):
    """One request."""

    queryset = ApprovalRequest.objects.all()
    serializer_class = ApprovalRequestSerializer


class Decide(RowAction):
    """POST decides about the request."""

    queryset = ApprovalRequest.objects.all()
    serializer_class = ApprovalRequestSerializer
    needed: ClassVar[Any] = {"POST": ("organizations.decide_approvalrequest",)}

    def decided(self, request: Request, key: int, decide: Any) -> Response:
        """The request after what `decide`, a service, made of it."""
        approval = self.row(key)
        note = self.given(request, NoteSerializer).get("note", "")
        return self.answered(
            decide(approval=approval, note=note, expected_version=self.seen(request))
        )


class AgreeView(Decide):
    """Another person than who asked."""

    @extend_schema(
        operation_id="settings_approval_requests_agree",
        summary="Agree to a change, which is then carried out (staff)",
        request=NoteSerializer,
        responses={200: ApprovalRequestSerializer, **VERSION_ERRORS},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        return self.decided(request, id, agree_to_change)


class RefuseView(Decide):
    """Another person than who asked."""

    @extend_schema(
        operation_id="settings_approval_requests_refuse",
        summary="Refuse a change (staff)",
        request=NoteSerializer,
        responses={200: ApprovalRequestSerializer, **VERSION_ERRORS},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        return self.decided(request, id, refuse_change)


class WithdrawView(Decide):
    """Who asked, nobody else."""

    needed: ClassVar[Any] = {"POST": ("organizations.view_approvalrequest",)}

    @extend_schema(
        operation_id="settings_approval_requests_withdraw",
        summary="Take back a change that one has asked for (staff)",
        request=NoteSerializer,
        responses={200: ApprovalRequestSerializer, **VERSION_ERRORS},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        return self.decided(request, id, withdraw_change)


def approval_paths() -> list[URLPattern]:
    """The addresses of approval requests, each with and without a slash at its end."""
    record = r"^approval-requests/(?P<id>\d{1,18})"
    actions = {"agree": AgreeView, "refuse": RefuseView, "withdraw": WithdrawView}
    return [
        *resource_paths("approval-requests", ApprovalCollection, ApprovalRecord),
        *(
            re_path(rf"{record}/{name}/?$", view.as_view(), name=f"approval-requests-{name}")
            for name, view in actions.items()
        ),
    ]
