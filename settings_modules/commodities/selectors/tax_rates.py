"""Which rate a tax code has on a day."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

# The codes that a code begins with are few and found by the unique index of kind and code.
_EFFECTIVE = """
SELECT c.id, found.rate, found.code, found.rate_id, found.valid_from, found.valid_until,
    found.notification
FROM commodities_taxcode c
JOIN LATERAL (
    SELECT r.rate, holder.code, r.id AS rate_id, r.valid_from, r.valid_until, r.notification
    FROM commodities_taxcode holder JOIN commodities_taxrate r ON r.tax_code_id = holder.id
    WHERE holder.kind = c.kind AND holder.code = ANY (ARRAY(
            SELECT left(c.code, n) FROM generate_series(2, length(c.code)) n))
        AND r.valid_from <= %s AND (r.valid_until IS NULL OR r.valid_until >= %s)
    ORDER BY length(holder.code) DESC LIMIT 1
) found ON true
"""


@dataclass(frozen=True, slots=True)
class EffectiveRate:
    """A rate in percent, and the code that has it: the code itself or a shorter one."""

    rate: Decimal
    from_code: str
    rate_id: int
    valid_from: datetime.date
    valid_until: datetime.date | None
    notification: str

    def as_dict(self) -> dict[str, Any]:
        """The wire form."""
        return {
            "rate": f"{self.rate:f}",
            "from_code": self.from_code,
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "notification": self.notification,
        }


def today() -> datetime.date:
    """The day by the clock of the installation."""
    return timezone.localdate()


def effective_rates(
    tax_codes: Collection[int], day: datetime.date | None = None
) -> dict[int, EffectiveRate]:
    """The rate of each code by its key, in one query; a code that has none is not in it.

    The code's own rate of that day, else that of the longest shorter code which has one. Zero is a
    rate.
    """
    if not tax_codes:
        return {}
    asked = day or today()
    with connection.cursor() as cursor:
        cursor.execute(f"{_EFFECTIVE} WHERE c.id = ANY (%s)", [asked, asked, list(tax_codes)])
        return {row[0]: EffectiveRate(*row[1:]) for row in cursor.fetchall()}


def effective_rate(tax_code: int, day: datetime.date | None = None) -> EffectiveRate | None:
    """As `effective_rates`, for one code; None when neither it nor a shorter one has a rate."""
    return effective_rates([tax_code], day).get(tax_code)
