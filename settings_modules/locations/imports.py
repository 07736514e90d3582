"""Locations by files."""

from __future__ import annotations

from core.importing.columns import Column, Number, Reference, Text
from core.importing.model_columns import choice_kind, model_column
from core.importing.resources import (
    ImportResource,
    Message,
    SetCheck,
    declare_import_resource,
)
from core.importing.staging import Staging
from settings_modules.locations.models import Location, LocationKind

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
_SELLING = "('warehouse', 'store')"
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
    SetCheck(
        "timezone",
        "unknown_time_zone",
        "COALESCE(r.values->>'timezone', '') <> '' AND NOT EXISTS ("
        "SELECT FROM pg_timezone_names zone WHERE zone.name = r.values->>'timezone')",
    ),
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
    "unknown_time_zone": Message("There is no such time zone.", "لا توجد منطقة زمنية بهذا الاسم."),
}


def fill_in(staging: Staging) -> None:
    """Places of kinds that hold no goods sell nothing, unless the row says otherwise."""
    staging.execute(
        'UPDATE {rows} r SET "values" = r.values || \'{"is_sellable": "false"}\''
        f" WHERE r.run_id = %s AND r.values->>'kind' NOT IN {_SELLING}"
        " AND NOT r.values ? 'is_sellable'",
        [staging.run_id],
    )


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
            derive=fill_in,
            messages=_MESSAGES,
            filters=("code", "kind", "is_sellable", "is_active", "country", "state", "region"),
        )
    )
