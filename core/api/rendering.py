"""JSON in and out."""

from __future__ import annotations

import json
import re
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


#: Deeper than anything the API takes, and far above what reading it needs of the stack.
DEEPEST_JSON = 32
#: Characters of one number.
LONGEST_NUMBER = 400
#: Beyond every double, which is what most programs send.
LARGEST_EXPONENT = 400
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')
_HALF_PAIR = re.compile(r"[\ud800-\udfff]")


def _no_constants(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("a number is too long")
    return int(text)


def _decimal(text: str) -> Decimal:
    value = Decimal(text) if len(text) <= LONGEST_NUMBER else None
    if value is None or (value and abs(value.adjusted()) > LARGEST_EXPONENT):
        raise ValueError("a number is too long")
    if not value and abs(int(value.as_tuple().exponent)) > LARGEST_EXPONENT:
        raise ValueError("a number is too long")
    return value


def _require_shallow(text: str) -> None:
    if text.count("[") + text.count("{") <= DEEPEST_JSON:
        return
    depth = 0
    for found in _BRACKETS.finditer(text):
        if found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
        if depth > DEEPEST_JSON:
            raise ValueError(f"it is nested deeper than {DEEPEST_JSON} levels")


def _require_storable(value: Any) -> None:
    """Raise ValueError for text with half a surrogate pair: it is no character.

    PostgreSQL keeps no NUL either, but that is refused by the field it stands in, which has a name.
    """
    if isinstance(value, str):
        if _HALF_PAIR.search(value):
            raise ValueError("a text has a character that cannot be stored")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _require_storable(key)
            _require_storable(inner)
    elif isinstance(value, list):
        for inner in value:
            _require_storable(inner)


def read_json(body: bytes) -> Any:
    """The value of a JSON text in UTF-8, numbers with a fraction as Decimal.

    Raises ValueError for anything that is not JSON, for NaN, and for what nobody sends in good
    faith: nesting above 32 levels, numbers of more than 400 characters or beyond 10^±400, half a
    surrogate pair.
    """
    text = body.decode("utf-8")
    _require_shallow(text)
    value = json.loads(text, parse_float=_decimal, parse_int=_integer, parse_constant=_no_constants)
    # None can be in a text but as an escape.
    if "\\u" in text:
        _require_storable(value)
    return value


class StrictJSONParser(BaseParser):
    """JSON as `read_json` takes it; larger than the limit answers 413, all else 400."""

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
            return read_json(body)
        except ValueError as error:
            raise ParseError(str(error)[:200]) from error
