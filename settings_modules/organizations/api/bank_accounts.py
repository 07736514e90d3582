"""Bank accounts for staff: masked, but to whom a number is revealed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import URLPattern, re_path
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.filters import SearchFilter
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import VERSION_ERRORS, RowAction
from core.api.checked_numbers import CheckedNumbersSerializer
from core.api.schema import FieldErrorSerializer
from core.api.staff import (
    Adds,
    Edits,
    Removes,
    StaffCollection,
    StaffView,
    Values,
    resource_paths,
)
from core.bank_numbers.numbers import ACCOUNT_CHECKS, ACCOUNT_SECRETS
from core.editing.models import VersionedModel
from settings_modules.organizations.api.organizations import BelowOrganization
from settings_modules.organizations.api.successors import (
    PROMOTE,
    SuccessorSerializer,
    promoted,
)
from settings_modules.organizations.models import ApprovalRequest, BankAccount
from settings_modules.organizations.selectors.findings import account_findings
from settings_modules.organizations.services.bank_accounts import (
    ACCOUNT_FIELDS,
    add_account,
    deactivate_account,
    make_default,
    remove_account,
    restore_account,
    reveal_account_number,
    update_account,
)

_WRITTEN: dict[str, Any] = {"write_only": True, "help_text": "Written only; null empties it."}


class BankAccountSerializer(CheckedNumbersSerializer):
    checked = frozenset(ACCOUNT_CHECKS)

    shown_number = serializers.CharField(
        read_only=True, help_text="The last four characters of the number: ••••6789."
    )
    warnings = serializers.SerializerMethodField(
        help_text="What is wrong in values that are stored already."
    )

    @extend_schema_field(FieldErrorSerializer(many=True))
    def get_warnings(self, row: BankAccount) -> list[dict[str, str]]:
        return [found.as_dict() for found in account_findings(row)]

    class Meta:
        model = BankAccount
        fields = ("id", "version", "organization", *ACCOUNT_FIELDS, "shown_number", "warnings")
        read_only_fields: tuple[str, ...] = ("id", "version")
        extra_kwargs: ClassVar[Any] = {
            **dict.fromkeys(ACCOUNT_SECRETS, _WRITTEN),
            "currency": {"required": False, "help_text": "Else that of the organization."},
        }
        # The service and the database keep each account once and one default.
        validators = ()


class BankAccountRecordSerializer(BankAccountSerializer):
    """An account stays with its organization."""

    class Meta(BankAccountSerializer.Meta):
        read_only_fields = (*BankAccountSerializer.Meta.read_only_fields, "organization")


class WaitingChangeSerializer(serializers.ModelSerializer[ApprovalRequest]):
    """A change that waits for a second person; `approval-requests` has it whole."""

    class Meta:
        model = ApprovalRequest
        fields = (
            *("id", "version", "organization", "kind", "target_id"),
            *("decision", "reason", "requested_by", "requested_at"),
        )
        read_only_fields = fields


class RevealedSerializer(serializers.Serializer[Any]):
    account_number = serializers.CharField()
    iban = serializers.CharField()


def waiting_address(key: int) -> str:
    """Where the request that waits is."""
    return f"/api/v1/settings/approval-requests/{key}"


class AccountView(StaffView):
    """What all addresses of accounts have in common: a change may have to wait."""

    queryset = BankAccount.objects.select_related("organization").order_by("id")

    def _answer(self, row: VersionedModel, status: int = 200) -> Response:
        """The account, or 202 with the request that waits."""
        if not isinstance(row, ApprovalRequest):
            return super()._answer(row, status)
        return Response(
            WaitingChangeSerializer(row).data,
            status=202,
            headers={"Location": waiting_address(row.pk)},
        )


class AccountList(AccountView, StaffCollection):
    serializer_class = BankAccountSerializer
    filter_backends: Any = (*StaffCollection.filter_backends, SearchFilter)
    filterset_fields: ClassVar[Any] = (
        *("organization", "account_type", "currency", "ifsc", "last_four"),
        *("is_default", "is_active"),
    )
    search_fields = ("bank_name", "branch", "account_holder", "ifsc", "swift_code", "last_four")
    ordering_fields = ("id", "bank_name", "currency")


@extend_schema_view(
    post=extend_schema(responses={201: BankAccountSerializer, 202: WaitingChangeSerializer})
)
class AccountCollection(Adds, AccountList):
    """The bank accounts of our companies; the first active one of each is the default by itself."""

    def post(self, request: Request) -> Response:
        answer = super().post(request)
        if answer.status_code == 202:
            answer["Location"] = waiting_address(answer.data["id"])
        return answer

    def create_row(self, values: Values) -> BankAccount | ApprovalRequest:
        given = dict(values)
        return add_account(organization=given.pop("organization"), values=given)


class AccountsOfOrganization(BelowOrganization, AccountList):
    """The accounts of one organization."""

    filterset_fields: ClassVar[Any] = tuple(
        name for name in AccountList.filterset_fields if name != "organization"
    )


_CHANGED = extend_schema(responses={200: BankAccountRecordSerializer, 202: WaitingChangeSerializer})


@extend_schema_view(
    patch=_CHANGED,
    put=_CHANGED,
    delete=extend_schema(parameters=[PROMOTE], responses={204: None, 202: WaitingChangeSerializer}),
)
class AccountRecord(AccountView, Edits, Removes):
    """One account. The default one is removed only when `promote` names another."""

    #: Below, because another one may have to take its place.
    own_actions = ("deactivate", "restore")

    serializer_class = BankAccountRecordSerializer

    def update_row(
        self, row: BankAccount, values: Values, version: int
    ) -> BankAccount | ApprovalRequest:
        return update_account(account=row, values=values, expected_version=version)

    def delete_row(self, row: BankAccount, version: int) -> ApprovalRequest | None:
        return remove_account(account=row, promote=promoted(self.request), expected_version=version)

    def removal_answer(self, outcome: ApprovalRequest | None) -> Response:
        return super().removal_answer(outcome) if outcome is None else self._answer(outcome)


class AccountAction(AccountView, RowAction):
    serializer_class = BankAccountRecordSerializer
    needed: ClassVar[Any] = {"POST": ("organizations.change_bankaccount",)}


_ANSWERS: dict[Any, Any] = {
    200: BankAccountRecordSerializer,
    202: WaitingChangeSerializer,
    **VERSION_ERRORS,
}


class MakeDefault(AccountAction):
    """Another loses the mark in the same moment."""

    @extend_schema(
        operation_id="settings_bank_accounts_make_default",
        summary="Make a bank account the default one (staff)",
        request=None,
        responses=_ANSWERS,
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        return self._answer(make_default(account=self.row(id), expected_version=self.seen(request)))


class DeactivateAccount(AccountAction):
    """The default one names in `promote` which takes its place."""

    @extend_schema(
        operation_id="settings_bank_accounts_deactivate",
        summary="Switch a bank account off (staff)",
        request=SuccessorSerializer,
        responses=_ANSWERS,
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        return self._answer(
            deactivate_account(
                account=self.row(id),
                promote=self.given(request, SuccessorSerializer).get("promote"),
                expected_version=self.seen(request),
            )
        )


class RestoreAccount(AccountAction):
    """It is the default when no other is."""

    @extend_schema(
        operation_id="settings_bank_accounts_restore",
        summary="Switch a bank account on again (staff)",
        request=None,
        responses=_ANSWERS,
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        return self._answer(
            restore_account(account=self.row(id), expected_version=self.seen(request))
        )


class RevealAccount(AccountAction):
    """The whole numbers, for this once: that they were looked at is recorded."""

    needed: ClassVar[Any] = {
        "POST": ("organizations.view_bankaccount", "organizations.reveal_bankaccount")
    }

    #: An answer that is kept would hold the numbers.
    takes_key = False

    @extend_schema(
        operation_id="settings_bank_accounts_reveal",
        summary="Show the whole numbers of a bank account (staff)",
        request=None,
        responses={200: RevealedSerializer},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        seen = reveal_account_number(account=self.row(id))
        return Response({"account_number": seen.account_number, "iban": seen.iban})


def account_paths() -> list[URLPattern]:
    """The addresses of bank accounts, each with and without a slash at its end."""
    record = r"^bank-accounts/(?P<id>\d{1,18})"
    actions = {
        "make-default": MakeDefault,
        "deactivate": DeactivateAccount,
        "restore": RestoreAccount,
        "reveal": RevealAccount,
    }
    return [
        *resource_paths("bank-accounts", AccountCollection, AccountRecord),
        *(
            re_path(rf"{record}/{name}/?$", view.as_view(), name=f"bank-accounts-{name}")
            for name, view in actions.items()
        ),
    ]
