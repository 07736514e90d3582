"""Locations by files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation

from core.importing.columns import Column, Number, Reference, Text
from core.importing.model_columns import choice_kind, model_column
from core.importing.resources import (
    ImportResource,
    Message,
    RowProblem,
    SetCheck,
    StagedRow,
    declare_import_resource,
)
from core.importing.staging import Staging
from settings_modules.locations.enums import STOCK_KINDS, LocationKind
from settings_modules.locations.models import Location
from settings_modules.locations.opening_hours import sorted_hours
from settings_modules.locations.places.countries import validate_country, validate_time_zone
from settings_modules.locations.services.location_values import following_values

_CODE = Text(max_length=40, pattern=r"^[-a-zA-Z0-9_]+$", pattern_code="malformed_code")
_COUNTRY = Text(
    max_length=2, is_upper=True, pattern=r"^[A-Z]{2}$", pattern_code="malformed_country"
)
_EMAIL = Text(
    max_length=254,
    pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    pattern_code="malformed_email",
)


def _degrees(limit: int) -> Number:
    """Decimal degrees, rounded to the six decimals that are kept."""
    return Number(least=-limit, most=limit, places=6, rounds=True)


def location_columns() -> tuple[Column, ...]:
    """The columns in the order of the template."""

    def column(name: str, *aliases: str, **more: object) -> Column:
        return model_column(Location, name, aliases=aliases, **more)  # type: ignore[arg-type]

    return (
        column("code", "location code", "رمز الموقع", kind=_CODE, is_required=True),
        column("name_en", "name", "english name", "الاسم الإنجليزي"),
        column("name_ar", "arabic name", "الاسم العربي"),
        column("name_ckb", "kurdish name"),
        column("name_hi", "hindi name"),
        column("kind", "type", "location type", kind=choice_kind(LocationKind.choices)),
        column("parent", "parent code", kind=Reference(key="code", within=True)),
        column("address", "full address", "العنوان"),
        column("address_line1", "address 1", "street"),
        column("address_line2", "address 2", "address2"),
        column("city", "town", "المدينة"),
        column("district", "county", "القضاء"),
        column("state", "province", "المحافظة"),
        column("state_code", "state abbreviation"),
        column("pincode", "pin", "zip", "zip code", "postal code", "postcode", "الرمز البريدي"),
        column("country", "country code", kind=_COUNTRY),
        column("region", "part of india"),
        column("latitude", "lat", "خط العرض", kind=_degrees(90)),
        column("longitude", "lon", "lng", "long", "خط الطول", kind=_degrees(180)),
        column("timezone", "time zone", "tz"),
        column("opening_hours", "hours"),
        column("contact_person", "contact", "contact name"),
        column("contact_phone", "phone", "telephone", "هاتف"),
        column("contact_email", "email", "e-mail", kind=_EMAIL),
        column("is_sellable", "sellable"),
        column("is_active", "active"),
        column("priority", "rank"),
    )


_HALF_A_PLACE = "r.values->>'{one}' = '' AND COALESCE(r.values->>'{other}', '') <> ''"
_NAMES = ("name_en", "name_ar", "name_ckb", "name_hi")
_TABLE = Location._meta.db_table
#: Kinds of places that hold goods, and so may sell them.
_SELLING = f"({', '.join(repr(str(kind)) for kind in sorted(STOCK_KINDS))})"
_COORDINATES = ("latitude", "longitude")
#: What `following_values` looks at.
_PLACE = ("state_code", "state", "country", *_COORDINATES, "region", "timezone")
_SET_CHECKS = (
    SetCheck(
        "name_en",
        "no_name",
        " AND ".join(f"COALESCE(r.values->>'{name}', '') = ''" for name in _NAMES)
        + f" AND (r.values ?| ARRAY{list(_NAMES)} OR NOT EXISTS (SELECT FROM {_TABLE} t"
        " WHERE t.code = r.values->>'code'))",
    ),
    SetCheck(
        "is_sellable",
        "only_stock_places_sell",
        f"r.values->>'is_sellable' = 'true' AND r.values->>'kind' NOT IN {_SELLING}",
    ),
    SetCheck("latitude", "half_a_place", _HALF_A_PLACE.format(one="latitude", other="longitude")),
    SetCheck("longitude", "half_a_place", _HALF_A_PLACE.format(one="longitude", other="latitude")),
    SetCheck("parent", "part_of_itself", "r.values->>'parent' = r.values->>'code'"),
)
_MESSAGES = {
    "no_name": Message("Give a name in at least one language.", "أدخل اسماً بلغة واحدة على الأقل."),
    "only_stock_places_sell": Message(
        "Only warehouses and stores sell to shoppers.", "لا يبيع للمتسوقين إلا المستودعات والمتاجر."
    ),
    "malformed_code": Message(
        "A code has letters, digits, hyphens and underscores only.",
        "يتكون الرمز من أحرف إنجليزية وأرقام وشرطات فقط.",
    ),
    "malformed_country": Message(
        "A country is its ISO code of two letters.", "الدولة هي رمزها من حرفين حسب ISO."
    ),
    "malformed_email": Message("This is no e-mail address.", "هذا ليس عنوان بريد إلكتروني."),
    "half_a_place": Message(
        "Give both coordinates or none.", "أدخل الإحداثيين معاً أو لا شيء منهما."
    ),
    "part_of_itself": Message(
        "A location is not a part of itself.", "لا يكون الموقع جزءاً من نفسه."
    ),
    "country_unknown": Message("This is no ISO code of a country.", "هذا ليس رمز دولة حسب ISO."),
    "timezone_unknown": Message(
        "This is no time zone such as Asia/Baghdad.", "هذه ليست منطقة زمنية مثل Asia/Baghdad."
    ),
    "opening_hours_wrong": Message("{reason}", "{reason_ar}"),
}


def check_rows(batch: list[StagedRow]) -> Iterable[RowProblem]:
    """Countries, time zones and opening hours, as the record's own checks have them."""
    for row in batch:
        for name, validate in _VALIDATED.items():
            text = str(row.values.get(name, ""))
            if text and not _is_valid(validate, text):
                yield RowProblem(row.number, name, f"{name}_unknown")
        problem = _hours_problem(str(row.values.get("opening_hours", "")))
        if problem is not None:
            yield RowProblem(row.number, "opening_hours", "opening_hours_wrong", facts=problem)


_VALIDATED: dict[str, Callable[[str], None]] = {
    "country": validate_country,
    "timezone": validate_time_zone,
}


def _is_valid(validate: Callable[[str], None], text: str) -> bool:
    try:
        validate(text)
    except ValidationError:
        return False
    return True


def _hours_problem(text: str) -> dict[str, str] | None:
    """What is wrong with the hours, in both languages; None for nothing, and for no JSON object."""
    try:
        hours = json.loads(text) if text else {}
    except ValueError:
        return None
    if not isinstance(hours, dict):
        return None
    try:
        sorted_hours(hours)
    except ValidationError as error:
        found = {}
        for language, name in (("en", "reason"), ("ar", "reason_ar")):
            with translation.override(language):
                found[name] = " ".join(error.messages)
        return found
    return None


def fill_in(staging: Staging) -> None:
    """What follows from where a place is and what it is for; what people chose stays."""
    for batch in staging.batches():
        codes = [str(row.values.get("code", "")) for row in batch]
        stored = {row.code: row for row in Location.objects.filter(code__in=codes)}
        found = {
            row.number: _following(row.values, stored.get(str(row.values.get("code", ""))))
            for row in batch
        }
        staging.replace_values({number: values for number, values in found.items() if values})


def _following(values: Mapping[str, Any], stored: Location | None) -> dict[str, str]:
    given = {name: str(values[name]) for name in _PLACE if name in values}
    typed: dict[str, Any] = {
        name: (Decimal(text) if text else None) if name in _COORDINATES else text
        for name, text in given.items()
    }
    found = {
        name: str(value)
        for name, value in following_values(typed, stored or Location()).items()
        if value is not None
    }
    kind = str(values.get("kind", ""))
    if kind and kind not in STOCK_KINDS and "is_sellable" not in values:
        found["is_sellable"] = "false"
    hours = str(values.get("opening_hours", ""))
    if hours and _hours_problem(hours) is None:
        found["opening_hours"] = json.dumps(sorted_hours(json.loads(hours)))
    return found


def declare() -> None:
    """Add the resource."""
    declare_import_resource(
        ImportResource(
            name="locations",
            model_label="locations.Location",
            stream="location",
            key="code",
            columns=location_columns(),
            set_checks=_SET_CHECKS,
            row_check=check_rows,
            derive=fill_in,
            messages=_MESSAGES,
            filters=("code", "kind", "is_sellable", "is_active", "country", "state", "region"),
        )
    )
