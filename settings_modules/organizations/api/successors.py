"""Who takes the place of a record that had a mark: in the address, or in the body."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from core.api.schema import whole_number

PROMOTE = OpenApiParameter(
    "promote",
    whole_number(1, 2**63 - 1),
    description="The id of the record that takes the place of a removed one.",
)


class SuccessorSerializer(serializers.Serializer[Any]):
    promote = serializers.IntegerField(
        min_value=1,
        max_value=2**63 - 1,
        required=False,
        allow_null=True,
        help_text="The id of the record that takes its place.",
    )


def promoted(request: Request) -> int | None:
    """The id in `?promote=`. Raises ValidationError for what is none."""
    sent = {name: value for name, value in request.query_params.items() if name == "promote"}
    asked = SuccessorSerializer(data=sent)
    asked.is_valid(raise_exception=True)
    key: int | None = asked.validated_data.get("promote")
    return key
