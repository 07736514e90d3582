"""What a revision of tax rates would do: which codes, which commodities, from which rate."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from settings_modules.commodities.errors import RevisionCodesUnknown

#: Codes and commodities that a preview names; its totals count all.
MOST_SHOWN = 200
_MOST_TOLD = 5

# Named codes; or, of those that begin so, the shortest ones and those with a rate of their own,
# which would keep it otherwise: all others take over the rate of a shorter code.
_TARGETS = """
SELECT c.id, c.code, c.description
FROM commodities_taxcode c
WHERE c.kind = %(kind)s AND NOT %(is_prefix)s AND c.code = ANY (%(codes)s)
UNION
SELECT c.id, c.code, c.description
FROM commodities_taxcode c
WHERE c.kind = %(kind)s AND %(is_prefix)s
    AND EXISTS (SELECT FROM unnest(%(codes)s::text[]) asked WHERE starts_with(c.code, asked))
    AND (EXISTS (SELECT FROM commodities_taxrate r WHERE r.tax_code_id = c.id
            AND (r.valid_until IS NULL OR r.valid_until >= %(day)s))
        OR NOT EXISTS (SELECT FROM commodities_taxcode above
            WHERE above.kind = c.kind AND above.code = ANY (ARRAY(
                SELECT left(c.code, n) FROM generate_series(2, length(c.code) - 1) n))
            AND EXISTS (SELECT FROM unnest(%(codes)s::text[]) asked
                WHERE starts_with(above.code, asked))))
"""
_PLANNED = f"""
SELECT t.id, t.code, t.description, own.id, own.rate, taken.rate, taken.code,
    EXISTS (SELECT FROM commodities_taxrate r WHERE r.tax_code_id = t.id
        AND (r.valid_from >= %(day)s OR r.valid_until >= %(day)s))
FROM ({_TARGETS}) t
LEFT JOIN commodities_taxrate own ON own.tax_code_id = t.id AND own.valid_from < %(day)s
    AND own.valid_until IS NULL
LEFT JOIN LATERAL (
    SELECT r.rate, holder.code
    FROM commodities_taxcode holder JOIN commodities_taxrate r ON r.tax_code_id = holder.id
    WHERE holder.kind = %(kind)s AND holder.code = ANY (ARRAY(
            SELECT left(t.code, n) FROM generate_series(2, length(t.code)) n))
        AND r.valid_from <= %(day)s AND (r.valid_until IS NULL OR r.valid_until >= %(day)s)
    ORDER BY length(holder.code) DESC LIMIT 1
) taken ON true
"""
_COMMODITIES = """
SELECT m.id, m.name_en, m.name_ar, m.name_ckb, m.name_hi, c.code, m.gst_rate, taken.rate,
    count(*) OVER ()
FROM commodities_commodity m JOIN commodities_taxcode c ON c.id = m.tax_code_id
JOIN LATERAL (
    SELECT h.id FROM commodities_taxcode h
    WHERE h.kind = c.kind AND h.code = ANY (ARRAY(
            SELECT left(c.code, n) FROM generate_series(2, length(c.code)) n))
        AND (h.id = ANY (%(targets)s) OR EXISTS (SELECT FROM commodities_taxrate r
            WHERE r.tax_code_id = h.id AND r.valid_from <= %(day)s
            AND (r.valid_until IS NULL OR r.valid_until >= %(day)s)))
    ORDER BY length(h.code) DESC LIMIT 1
) holder ON holder.id = ANY (%(targets)s)
LEFT JOIN LATERAL (
    SELECT r.rate
    FROM commodities_taxcode h JOIN commodities_taxrate r ON r.tax_code_id = h.id
    WHERE h.kind = c.kind AND h.code = ANY (ARRAY(
            SELECT left(c.code, n) FROM generate_series(2, length(c.code)) n))
        AND r.valid_from <= %(day)s AND (r.valid_until IS NULL OR r.valid_until >= %(day)s)
    ORDER BY length(h.code) DESC LIMIT 1
) taken ON true
WHERE c.kind = %(kind)s
"""


@dataclass(frozen=True, slots=True)
class PlannedCode:
    """A code that gets the rate. `old_rate` is what it has on that day, its own or that of
    `old_from_code`; None without one. `closes` is the open rate that ends, by its key."""

    tax_code_id: int
    code: str
    description: str
    closes: int | None
    own_rate: Decimal | None
    old_rate: Decimal | None
    old_from_code: str | None
    is_in_the_way: bool


@dataclass(frozen=True, slots=True)
class AffectedCommodity:
    """A commodity whose code's rate becomes the new one. `own_rate` goes before it, if any."""

    id: int
    name: str
    code: str
    own_rate: Decimal | None
    old_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class RevisionPlan:
    """The codes that change, those that have the rate already, those with a rate in the way (it
    begins or ends on the day or later), and the commodities, of which the first are named."""

    rate: Decimal
    codes: list[PlannedCode]
    unchanged: list[PlannedCode]
    in_the_way: list[PlannedCode]
    commodities: list[AffectedCommodity] = field(default_factory=list)
    commodity_count: int = 0


def plan_revision(
    *, kind: str, codes: Sequence[str], is_prefix: bool, rate: Decimal, valid_from: datetime.date
) -> RevisionPlan:
    """What the rate from that day on would change, in three queries. Raises RevisionCodesUnknown.

    With `is_prefix` every code that begins with one of `codes` has the rate afterwards.
    """
    asked = list(dict.fromkeys(codes))
    parameters: dict[str, Any] = {
        "kind": kind,
        "codes": asked,
        "is_prefix": is_prefix,
        "day": valid_from,
    }
    _require_known(parameters)
    with connection.cursor() as cursor:
        cursor.execute(f"{_PLANNED} ORDER BY t.code", parameters)
        planned = [PlannedCode(*row) for row in cursor.fetchall()]
    blocked = [each for each in planned if each.is_in_the_way]
    free = [each for each in planned if not each.is_in_the_way]
    changing = [each for each in free if each.own_rate != rate]
    commodities, count = _commodities(parameters, [each.tax_code_id for each in changing])
    return RevisionPlan(
        rate=rate,
        codes=changing,
        unchanged=[each for each in free if each.own_rate == rate],
        in_the_way=blocked,
        commodities=commodities,
        commodity_count=count,
    )


def _require_known(parameters: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked FROM unnest(%(codes)s::text[]) asked WHERE NOT EXISTS ("
            "SELECT FROM commodities_taxcode c WHERE c.kind = %(kind)s AND (c.code = asked"
            " OR (%(is_prefix)s AND c.code LIKE asked || '%%'))) ORDER BY asked",
            parameters,
        )
        unknown = [code for (code,) in cursor.fetchall()]
    if unknown or not parameters["codes"]:
        raise RevisionCodesUnknown(field="codes", codes=", ".join(unknown[:_MOST_TOLD]) or "–")


def _commodities(
    parameters: Mapping[str, Any], targets: list[int]
) -> tuple[list[AffectedCommodity], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_COMMODITIES} ORDER BY c.code, m.id LIMIT %(most)s",
            {**parameters, "targets": targets, "most": MOST_SHOWN},
        )
        rows = cursor.fetchall()
    found = [
        AffectedCommodity(key, next((name for name in names if name), ""), code, own, old)
        for key, *names, code, own, old, _ in rows
    ]
    return found, rows[0][-1] if rows else 0
