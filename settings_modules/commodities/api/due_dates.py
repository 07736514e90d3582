"""When what is due by a payment term, for staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import RowAction
from core.api.decimals import DecimalText
from core.api.parameters import refuse_form
from settings_modules.commodities.models import PaymentTerm
from settings_modules.commodities.selectors.due_dates import instalments

_AMOUNT = {"type": "string", "pattern": r"^[1-9][0-9]{0,12}(\.[0-9]{1,2})?$"}


class DueDatesQuery(forms.Form):
    """What was invoiced, and when."""

    invoice_date = forms.DateField()
    amount = forms.DecimalField(min_value=0, max_digits=15, decimal_places=2)


class InstalmentSerializer(serializers.Serializer[Any]):
    due_on = serializers.DateField()
    percent = DecimalText(max_digits=5, decimal_places=2, min_value=0, max_value=100)
    amount = DecimalText(max_digits=15, decimal_places=2, min_value=0)


class InstalmentsSerializer(serializers.Serializer[Any]):
    instalments = InstalmentSerializer(many=True)


_EXAMPLE = OpenApiExample(
    "A tenth at once",
    value={
        "instalments": [
            {"due_on": "2026-01-31", "percent": "10.00", "amount": "100.01"},
            {"due_on": "2026-05-01", "percent": "90.00", "amount": "900.04"},
        ]
    },
    response_only=True,
)


class DueDates(RowAction):
    """What is due when, of an amount that is invoiced on a day; the parts add up to it."""

    needed: ClassVar[Any] = {"GET": ("commodities.view_paymentterm",)}
    queryset = PaymentTerm.objects.all()

    @extend_schema(
        operation_id="settings_commodities_payment_terms_due_dates",
        summary="What is due when by a payment term (staff)",
        parameters=[
            OpenApiParameter("invoice_date", {"type": "string", "format": "date"}, required=True),
            OpenApiParameter("amount", _AMOUNT, required=True, description="In any currency."),
        ],
        responses={200: InstalmentsSerializer},
        examples=[_EXAMPLE],
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        term = self.row(id)
        asked = DueDatesQuery(request.query_params)
        if not asked.is_valid():
            refuse_form(asked)
        parts = instalments(
            term=term,
            invoice_date=asked.cleaned_data["invoice_date"],
            amount=asked.cleaned_data["amount"],
        )
        told = InstalmentsSerializer({"instalments": parts})
        return Response(told.data)
