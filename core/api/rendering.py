"""JSON in and out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

import orjson
from django.conf import settings
from django.utils.functional import Promise
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from core.errors import PayloadTooLarge
from core.money import plain_number


def number(value: Decimal) -> orjson.Fragment:
    """`value` as a JSON number of the same digits, without a float in between."""
    return orjson.Fragment(plain_number(value))


def _default(value: Any) -> Any:
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def dump_json(data: Any) -> bytes:
    """`data` as UTF-8 JSON; Decimals become JSON numbers of the same digits."""
    return orjson.dumps(data, default=_default, option=orjson.OPT_NON_STR_KEYS)


class OrjsonRenderer(BaseRenderer):
    """application/json by orjson."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else dump_json(data)


def _no_constants(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


class StrictJSONParser(BaseParser):
    """JSON in UTF-8, numbers as Decimal, no NaN; larger than the limit answers 413."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise PayloadTooLarge(limit=limit)
        try:
            return json.loads(
                body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constants
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(str(error)[:200]) from error
