"""From Zoho's rows to ours: pure functions, tolerant of missing and new keys.

A key that is absent means "Zoho says nothing", which is None here; it never means empty or zero.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.text import slugify

from catalog.services.mirror_prices import MirroredPrice
from catalog.services.mirror_products import MirroredCategory, MirroredProduct

Row = Mapping[str, Any]

LARGEST_NUMBER = Decimal(10) ** 12
THREE_PLACES = Decimal("0.001")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
_FAMILIES = {"locations": "location", "warehouses": "warehouse", "branches": "branch"}


class BadRow(ValueError):
    """A row that cannot be taken over; the message says why."""


def record_id(row: Row, key: str) -> str:
    """The id under `key` as text. Raises BadRow when it is not one."""
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadRow(f"no {key}")
    text = str(value).strip()
    if not text.isdigit() or len(text) > 32:
        raise BadRow(f"{key} is not an id")
    return text


def optional_id(row: Row, key: str) -> str:
    """The id under `key`, "" when there is none."""
    try:
        return record_id(row, key)
    except BadRow:
        return ""


def text(row: Row, key: str, longest: int) -> str | None:
    """The text under `key` without surrounding blanks; None when the key is absent or null.

    Raises BadRow when it is longer than `longest` or not text.
    """
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise BadRow(f"{key} is not text")
    found = str(value).replace("\x00", "").strip()
    if len(found) > longest:
        raise BadRow(f"{key} is longer than {longest} characters")
    return found


def number(row: Row, key: str) -> Decimal | None:
    """The number under `key` to three places; None when it is absent, null or "".

    Raises BadRow when it is no finite number or beyond 12 digits.
    """
    value = row.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise BadRow(f"{key} is not a number")
    try:
        found = Decimal(value)
    except InvalidOperation as error:
        raise BadRow(f"{key} is not a number") from error
    if not found.is_finite() or abs(found) >= LARGEST_NUMBER:
        raise BadRow(f"{key} is out of range")
    return found.quantize(THREE_PLACES, ROUND_HALF_UP)


def moment(row: Row, key: str) -> datetime:
    """The time under `key` in UTC. Raises BadRow when it is absent or carries no offset."""
    value = row.get(key)
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise BadRow(f"{key} is not a time") from error
    if found.tzinfo is None:
        raise BadRow(f"{key} has no offset")
    return found.astimezone(UTC)


def zoho_time(instant: datetime) -> str:
    """A moment as Zoho's filters take it, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def custom_field(row: Row, name: str, longest: int) -> str | None:
    """A custom field of a list row (flattened) or a detail (`custom_field_hash`)."""
    if name in row:
        return text(row, name, longest)
    hashed = row.get("custom_field_hash")
    return text(hashed, name, longest) if isinstance(hashed, Mapping) else None


def flag(row: Row, key: str) -> bool | None:
    """A truth value that may also come as "true", 1 or ""; None when it is absent or empty."""
    value = row.get(key)
    if value is None or value == "":
        return None
    return str(value).lower() in ("true", "1")


def parse_item(row: Row) -> MirroredProduct:
    """One item of a list or in detail. Raises BadRow."""
    name_en = text(row, "name", 500)
    name_ar = custom_field(row, "cf_name_ar", 500)
    if not name_en and not name_ar:
        raise BadRow("no name")
    status = text(row, "status", 50)
    product = MirroredProduct(
        zoho_item_id=record_id(row, "item_id"),
        sku=text(row, "sku", 100),
        name_en=name_en,
        name_ar=name_ar or None,
        description_en=text(row, "description", 20_000),
        description_ar=custom_field(row, "cf_description_ar", 20_000) or None,
        barcode=_barcode(row),
        unit=text(row, "unit", 32),
        zoho_category_id=optional_id(row, "category_id") if "category_id" in row else None,
        is_active=None if status is None else status == "active",
        is_stock_tracked=_is_tracked(row),
        modified_at=moment(row, "last_modified_time"),
        content_hash="",
    )
    return _with_hash(product)


def _barcode(row: Row) -> str | None:
    codes = [text(row, key, 64) for key in ("ean", "upc")]
    given = [code for code in codes if code is not None]
    return next((code for code in given if code), "") if given else None


def _is_tracked(row: Row) -> bool | None:
    tracked = flag(row, "track_inventory")
    if tracked is not None:
        return tracked
    kind = row.get("item_type")
    return kind == "inventory" if isinstance(kind, str) and kind else None


def _with_hash(product: MirroredProduct) -> MirroredProduct:
    content = asdict(product)
    del content["modified_at"], content["content_hash"]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return MirroredProduct(**{**asdict(product), "content_hash": digest})


def parse_category(row: Row) -> MirroredCategory | None:
    """The category an item names; None when it names none. Raises BadRow."""
    category_id = optional_id(row, "category_id")
    name = text(row, "category_name", 200)
    if not category_id or not name:
        return None
    is_arabic = bool(_ARABIC.search(name))
    return MirroredCategory(
        zoho_category_id=category_id,
        name_en="" if is_arabic else name,
        name_ar=name if is_arabic else "",
    )


@dataclass(frozen=True, slots=True)
class PlaceStock:
    """Zoho's physical stock of an item at one place, and what it has promised of it."""

    zoho_location_id: str
    name: str
    physical: Decimal
    committed: Decimal


def parse_stock(row: Row) -> list[PlaceStock] | None:
    """The stock of an item in detail, by place; None when Zoho keeps none of it.

    Places come as `locations`, `warehouses` or `branches`, by the age of the organization.
    Raises BadRow.
    """
    for family, singular in _FAMILIES.items():
        places = row.get(family)
        if isinstance(places, list):
            found = [_place(place, singular) for place in places if isinstance(place, Mapping)]
            return [place for place in found if place is not None]
    return None


def _place(row: Row, singular: str) -> PlaceStock | None:
    physical = number(row, f"{singular}_actual_available_stock")
    if physical is None:
        return None
    return PlaceStock(
        zoho_location_id=record_id(row, f"{singular}_id"),
        name=text(row, f"{singular}_name", 200) or "",
        physical=physical,
        committed=number(row, f"{singular}_actual_committed_stock") or Decimal(0),
    )


@dataclass(frozen=True, slots=True)
class PriceBook:
    """A price list of Zoho without its prices."""

    zoho_pricebook_id: str
    name: str
    code: str
    currency: str
    is_active: bool
    is_percentage: bool
    percentage: Decimal
    is_increase: bool
    rounding: str


def parse_price_book(row: Row) -> PriceBook:
    """One row of the list of price books. Raises BadRow."""
    zoho_id = record_id(row, "pricebook_id")
    name = text(row, "name", 200)
    currency = text(row, "currency_code", 3) or ""
    if not name:
        raise BadRow("no name")
    if not re.fullmatch("[A-Z]{3}", currency):
        raise BadRow("no currency")
    return PriceBook(
        zoho_pricebook_id=zoho_id,
        name=name,
        code=slugify(name).replace("-", "_")[:56] or f"zoho_{zoho_id[-8:]}",
        currency=currency,
        is_active=text(row, "status", 50) != "inactive",
        is_percentage=text(row, "pricebook_type", 50) == "fixed_percentage",
        percentage=number(row, "percentage") or Decimal(0),
        is_increase=bool(flag(row, "is_increase")),
        rounding=text(row, "rounding_type", 50) or "no_rounding",
    )


def parse_prices(row: Row, product_id: int) -> list[MirroredPrice]:
    """The prices of one item in a price book: one, or one a bracket. Raises BadRow."""
    brackets = row.get("price_brackets")
    entries: Iterable[Any] = [row]
    if row.get("pricing_scheme") == "volume" and isinstance(brackets, list) and brackets:
        entries = brackets
    prices = []
    for entry in entries:
        if not isinstance(entry, Mapping):
            raise BadRow("a price bracket is not an object")
        amount = number(entry, "pricebook_rate")
        if amount is None:
            raise BadRow("no pricebook_rate")
        if amount < 0:
            raise BadRow("the price is negative")
        quantity = number(entry, "start_quantity") or Decimal(1)
        if quantity <= 0:
            raise BadRow("a price bracket starts below one")
        prices.append(MirroredPrice(product_id, quantity, amount))
    return prices


def percentage_price(book: PriceBook, rate: Decimal) -> Decimal:
    """The price of an item with `rate` in a percentage book, rounded in Zoho's ways."""
    sign = 1 if book.is_increase else -1
    price = rate * (100 + sign * book.percentage) / 100
    if book.rounding == "no_rounding":
        return max(Decimal(0), price.quantize(Decimal("0.01"), ROUND_HALF_UP))
    step = Decimal("0.5") if "half_dollar" in book.rounding else Decimal(1)
    rounded = (price / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    if book.rounding.endswith("minus_01"):
        rounded -= Decimal("0.01")
    return max(Decimal(0), rounded)
