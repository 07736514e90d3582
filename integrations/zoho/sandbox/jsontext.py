"""JSON text with exact decimals: amounts keep the digits Zoho writes (``250.00``, ``5.000000``)."""

import json
import re
from decimal import Decimal
from typing import Any

JsonObject = dict[str, Any]

_MARK = "\x00decimal:"
_MARKED = re.compile(r'"\\u0000decimal:(-?[0-9]+(?:\.[0-9]+)?)"')
_CENT = Decimal("0.01")
_MICRO = Decimal("0.000001")


def _mark_decimal(value: object) -> str:
    if isinstance(value, Decimal):
        digits = f"{value:f}"
        # The point is what makes it a Decimal again when it is read back.
        return f"{_MARK}{digits if '.' in digits else digits + '.0'}"
    raise TypeError(f"{type(value).__name__} has no JSON form")


def encode(value: Any) -> str:
    """Return compact JSON text; Decimals become number literals with all their digits."""
    text = json.dumps(value, default=_mark_decimal, ensure_ascii=False, separators=(",", ":"))
    return _MARKED.sub(r"\1", text)


def decode(text: str | bytes) -> Any:
    """Parse JSON text; fractions become Decimal. Raises ValueError on malformed text."""
    return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> Decimal:
    raise ValueError(f"{name} is not JSON")


def money(value: Decimal | int) -> Decimal:
    """Return an amount with the two decimals Zoho writes."""
    return Decimal(value).quantize(_CENT)


def measure(value: Decimal | int) -> Decimal:
    """Return a stock quantity or exchange rate with the six decimals Zoho writes."""
    return Decimal(value).quantize(_MICRO)
