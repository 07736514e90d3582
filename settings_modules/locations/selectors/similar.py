"""Locations that may be the one that somebody is about to add again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

#: Names less alike than this are different: 0 to 1, by the groups of three letters they share.
LEAST_SCORE = 0.45
#: Within so many metres two locations may be one, whatever they are called.
NEAR_METRES = 200
MOST_SIMILAR = 10

# A degree of latitude is 111 km: the band that an index finds holds every place near enough.
_CANDIDATES = """
WITH asked AS (
    SELECT %(names)s::text[] AS names, fold_text(%(city)s) AS city,
        fold_text(%(pincode)s) AS pincode,
        %(latitude)s::float8 AS latitude, %(longitude)s::float8 AS longitude
), candidate AS (
    SELECT l.id, l.code, coalesce(nullif(l.name_en, ''), nullif(l.name_ar, ''),
            nullif(l.name_ckb, ''), nullif(l.name_hi, ''), l.code) AS name, l.city, l.is_active,
        (fold_text(l.city) = asked.city AND asked.city <> '')
        OR (fold_text(l.pincode) = asked.pincode AND asked.pincode <> '')
        OR (asked.city = '' AND asked.pincode = '' AND l.city = '' AND l.pincode = '')
            AS is_same_town,
        (SELECT max(similarity(fold_text(own), fold_text(given)))
            FROM unnest(ARRAY[l.name_en, l.name_ar, l.name_ckb, l.name_hi]) own,
                unnest(asked.names) given
            WHERE own <> '') AS score,
        CASE WHEN l.latitude BETWEEN asked.latitude - 0.002 AND asked.latitude + 0.002 THEN
            2 * 6371008.8 * asin(least(1, sqrt(
                power(sin(radians(l.latitude::float8 - asked.latitude) / 2), 2)
                + cos(radians(asked.latitude)) * cos(radians(l.latitude::float8))
                * power(sin(radians(l.longitude::float8 - asked.longitude) / 2), 2)))) END AS metres
    FROM locations_location l, asked
    WHERE l.id IS DISTINCT FROM %(besides)s
)
"""


@dataclass(frozen=True, slots=True)
class Similar:
    """A location that is there. `score` is how alike the names are, 0 to 1; `metres` how far apart
    the places are, None beyond 200 m or without coordinates."""

    id: int
    code: str
    name: str
    city: str
    is_active: bool
    score: float
    metres: int | None

    def as_dict(self) -> dict[str, Any]:
        """The wire form."""
        return asdict(self)


def similar_locations(
    *,
    names: Iterable[str],
    city: str = "",
    pincode: str = "",
    latitude: Any = None,
    longitude: Any = None,
    besides: int | None = None,
) -> list[Similar]:
    """At most ten, the most similar first: alike by name in the same town, or within 200 m.

    The same town is the same city or the same postal code; a place without either is compared with
    others without. Switched off locations count.
    """
    parameters = {
        "names": [name for name in names if name],
        "city": city.strip(),
        "pincode": pincode.strip(),
        "latitude": latitude,
        "longitude": longitude,
        "besides": besides,
        "least": LEAST_SCORE,
        "near": NEAR_METRES,
        "most": MOST_SIMILAR,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{_CANDIDATES}
            SELECT id, code, name, city, is_active, coalesce(score, 0), metres FROM candidate
            WHERE (is_same_town AND score >= %(least)s) OR metres < %(near)s
            ORDER BY greatest(CASE WHEN is_same_town THEN score END, 1 - metres / %(near)s)
                DESC NULLS LAST, id
            LIMIT %(most)s
            """,
            parameters,
        )
        rows = cursor.fetchall()
    return [_similar(row) for row in rows]


def _similar(row: tuple[Any, ...]) -> Similar:
    key, code, name, city, is_active, score, metres = row
    distance = None if metres is None else round(metres)
    return Similar(key, code, name, city, is_active, round(float(score), 2), distance)
