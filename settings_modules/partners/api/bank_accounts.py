"""Bank accounts of partners for staff: masked, but to whom a number is revealed."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from drf_spectacular.utils import extend_schema_view as describe
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import RowAction
from core.api.staff import Adds, Edits, Removes, Values
from settings_modules.partners.api.records import BelowPartner, RecordList, example
from settings_modules.partners.api.serializers import (
    PartnerAccountRecordSerializer,
    PartnerAccountSerializer,
)
from settings_modules.partners.models import PartnerBankAccount
from settings_modules.partners.services.bank_accounts import (
    add_bank_account,
    remove_bank_account,
    reveal_partner_account,
    update_bank_account,
)


class RevealedPartnerAccountSerializer(serializers.Serializer[Any]):
    account_number = serializers.CharField()
    iban = serializers.CharField()


class AccountList(RecordList):
    queryset = PartnerBankAccount.objects.order_by("id")
    serializer_class = PartnerAccountSerializer
    filterset_fields: ClassVar[Any] = (
        *("partner", "account_type", "currency", "ifsc", "last_four"),
        *("is_default", "is_active"),
    )
    search_fields = ("bank_name", "branch", "account_holder", "ifsc", "swift_code", "last_four")
    ordering_fields = ("id", "bank_name", "currency")


@describe(
    post=example(
        "An account",
        {
            "partner": 7,
            "account_holder": "Sai Cotton Mills",
            "bank_name": "State Bank",
            "account_number": "1234567890",
            "ifsc": "SBIN0001234",
            "currency": "INR",
        },
    )
)
class AccountCollection(Adds, AccountList):
    """Where partners are paid; the first active account of each is the default by itself."""

    def create_row(self, values: Values) -> PartnerBankAccount:
        given = dict(values)
        return add_bank_account(partner=given.pop("partner"), values=given)


class AccountsOfPartner(BelowPartner, AccountList):
    """The bank accounts of one partner."""

    filterset_fields: ClassVar[Any] = AccountList.filterset_fields[1:]


class AccountRecord(Edits, Removes):
    """One account. The default one steps back when another becomes it."""

    queryset = PartnerBankAccount.objects.all()
    serializer_class = PartnerAccountRecordSerializer

    def update_row(
        self, row: PartnerBankAccount, values: Values, version: int
    ) -> PartnerBankAccount:
        return update_bank_account(account=row, values=values, expected_version=version)

    def delete_row(self, row: PartnerBankAccount, version: int) -> None:
        remove_bank_account(account=row, expected_version=version)


class RevealPartnerAccount(RowAction):
    """The whole numbers, for this once: that they were looked at is recorded."""

    queryset = PartnerBankAccount.objects.all()
    serializer_class = PartnerAccountRecordSerializer
    needed: ClassVar[Any] = {
        "POST": ("partners.view_partnerbankaccount", "partners.reveal_partnerbankaccount")
    }

    #: An answer that is kept would hold the numbers.
    takes_key = False

    @extend_schema(
        operation_id="settings_partner_bank_accounts_reveal",
        summary="Show the whole numbers of a partner's bank account (staff)",
        request=None,
        responses={200: RevealedPartnerAccountSerializer},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        seen = reveal_partner_account(account=self.row(id))
        return Response({"account_number": seen.account_number, "iban": seen.iban})
