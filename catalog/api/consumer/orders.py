"""Placing an order: by guests, on poor networks that retry."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import phonenumbers
from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.consumer import schema
from catalog.api.consumer.parameters import request_language
from catalog.models import Order
from catalog.selectors.shelf import consumer_price_list
from catalog.services.orders import OrderRequest, RequestedLine, place_order
from core.api.errors import is_old_app_path
from core.api.schema import ErrorSerializer
from core.api.views import ApiView
from core.idempotency.services import Once, hash_of
from core.throttling import exact_limit

LARGEST_QUANTITY = 100_000
MOST_LINES = 200
#: Old apps send no key: the same phone and lines within this time are the same order.
OLD_APP_REPLAY = timedelta(minutes=10)
OLD_APP_WAIT_SECONDS = 5.0


def normal_phone(text: str) -> str:
    """The number in E.164 form, Iraqi without a country code. Raises ValidationError."""
    try:
        parsed = phonenumbers.parse(text, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException as error:
        raise serializers.ValidationError("Not a phone number.", code="invalid_phone") from error
    if not phonenumbers.is_valid_number(parsed):
        raise serializers.ValidationError("Not a phone number.", code="invalid_phone")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


class PriceField(serializers.DecimalField):
    """A price the app was shown; only compared with ours, never used."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=18, decimal_places=3, min_value=Decimal(0), **options)


class LineSerializer(serializers.Serializer):
    """A line as new apps (`product_id`, `unit_price`) and old ones (`item_id`, `rate`) send it."""

    product_id = serializers.CharField(max_length=100, required=False)
    item_id = serializers.CharField(max_length=100, required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=LARGEST_QUANTITY)
    unit_price = PriceField(required=False, allow_null=True)
    rate = PriceField(required=False, allow_null=True)
    comment = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs["reference"] = attrs.get("product_id") or attrs.get("item_id")
        if not attrs["reference"]:
            raise serializers.ValidationError(
                {"product_id": serializers.ErrorDetail("This field is required.", "required")}
            )
        expected = attrs.get("unit_price", attrs.get("rate"))
        # Old apps send 0 where they were shown no price.
        attrs["expected_price"] = expected or None
        return attrs


class LinesField(serializers.ListField):
    """1 to 200 lines; the count is checked before any of them is looked at."""

    child = LineSerializer()

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_empty=False, min_length=1, max_length=MOST_LINES, **options)

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and len(data) > MOST_LINES:
            self.fail("max_length", max_length=MOST_LINES)
        return super().to_internal_value(data)


class OrderSerializer(serializers.Serializer):
    """The body of an order, in the new or the old spelling of its lines."""

    items = LinesField(required=False)
    line_items = LinesField(required=False)
    customer_name = serializers.CharField(max_length=200)
    customer_phone = serializers.CharField(max_length=40, validators=[])
    customer_email = serializers.EmailField(required=False, allow_blank=True, default="")
    delivery_address = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )
    notes = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    total_amount = PriceField(required=False, allow_null=True)

    def validate_customer_phone(self, value: str) -> str:
        return normal_phone(value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "items" not in attrs and "line_items" not in attrs:
            raise serializers.ValidationError(
                {"items": serializers.ErrorDetail("This field is required.", "required")}
            )
        attrs["lines_field"] = "items" if "items" in attrs else "line_items"
        attrs["lines"] = attrs[attrs["lines_field"]]
        return attrs


def read_order(data: Any, *, language: str) -> OrderRequest:
    """The order behind a request body. Raises ValidationError naming every wrong field."""
    serializer = OrderSerializer(data=data)
    serializer.is_valid(raise_exception=True)
    values = serializer.validated_data
    return OrderRequest(
        lines=[
            RequestedLine(
                path=f"{values['lines_field']}[{index}]",
                reference=line["reference"],
                quantity=line["quantity"],
                expected_price=line["expected_price"],
                comment=line["comment"],
            )
            for index, line in enumerate(values["lines"])
        ],
        name=values["customer_name"],
        phone=values["customer_phone"],
        email=values["customer_email"],
        address=values["delivery_address"],
        notes=values["notes"],
        expected_total=values.get("total_amount") or None,
        language=language,
        price_list=consumer_price_list(),
    )


def _placed(order: Order) -> dict[str, Any]:
    return {
        "success": True,
        "order_id": str(order.pk),
        "order_number": order.number,
        "salesorder_number": order.number,
        "message": f"Order {order.number} has been placed.",
        "message_ar": f"تم استلام الطلب {order.number}.",
        "status": order.status,
        "total_amount": order.total,
        "currency": order.currency,
        "created_at": order.placed_at.isoformat(),
        "zoho_response": None,
    }


class OrderView(ApiView):
    """Guests may order: throttled, counted exactly, and once per key."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_scope = "order"
    idempotency_route = "order.place"

    def check_throttles(self, request: Request) -> None:
        """Count the order exactly, over all processes."""
        super().check_throttles(request)
        exact_limit(
            request._request,
            group="order.place",
            rate=f"{settings.ORDER_POSTS_PER_MINUTE}/m",
        )

    def once(self, request: Request) -> Once | None:
        """By key; from old apps, which send none, the same phone and lines are the same order."""
        once = super().once(request)
        if once is not None or not is_old_app_path(request.path):
            return once
        order = self._order(request)
        lines = sorted([line.reference, line.quantity] for line in order.lines)
        fingerprint = hash_of([order.phone, lines])
        return Once(
            caller="anonymous",
            route=self.idempotency_route,
            key=f"old-app:{fingerprint}",
            body_hash=fingerprint,
            kept=OLD_APP_REPLAY,
            wait_seconds=OLD_APP_WAIT_SECONDS,
        )

    @extend_schema(
        operation_id="consumer_orders_create",
        summary="Place an order",
        request=OrderSerializer,
        responses={
            201: schema.OrderPlacedSerializer,
            400: ErrorSerializer,
            409: ErrorSerializer,
            422: ErrorSerializer,
            429: ErrorSerializer,
            503: ErrorSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        order = place_order(request=self._order(request))
        return Response(_placed(order), status=201, headers={"Cache-Control": "no-store"})

    @staticmethod
    def _order(request: Request) -> OrderRequest:
        return read_order(request.data, language=request_language(request._request))
