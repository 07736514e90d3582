"""Partners that may be the one that somebody is about to add again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

#: Names less alike than this are different: 0 to 1, by the groups of three letters they share.
LEAST_SCORE = 0.45
MOST_SIMILAR = 10

# Each branch is one look into an index; a name is first looked for among the words of the search
# text, then compared as a whole.
_FOUND = """
WITH given AS (
    SELECT fold_text(own) AS name FROM unnest(%(names)s::text[]) own
), found AS (
    SELECT p.id, 'name' AS reason, greatest(
            similarity(fold_text(p.name), given.name),
            similarity(fold_text(p.name_ar), given.name),
            similarity(fold_text(p.legal_name), given.name)) AS score
        FROM given JOIN partners_businesspartner p ON p.search_text %%> given.name
    UNION ALL
    SELECT id, 'phone', 1 FROM partners_businesspartner WHERE phone = %(phone)s
    UNION ALL
    SELECT partner_id, 'phone', 1 FROM partners_partnercontact
        WHERE search_text LIKE '%%' || fold_text(%(phone)s) || '%%' AND phone = %(phone)s
    UNION ALL
    SELECT id, 'email', 1 FROM partners_businesspartner
        WHERE search_text LIKE fold_text(%(email_like)s) AND lower(email) = %(email)s
    UNION ALL
    SELECT partner_id, 'email', 1 FROM partners_partnercontact
        WHERE search_text LIKE fold_text(%(email_like)s) AND lower(email) = %(email)s
    UNION ALL
    SELECT partner_id, 'gstin', 1 FROM partners_partnergstregistration
        WHERE gstin LIKE %(gstin)s
)
SELECT p.id, p.code, p.name, p.is_active, p.merged_into_id, round(max(found.score)::numeric, 2),
    array_agg(DISTINCT found.reason ORDER BY found.reason)
FROM found JOIN partners_businesspartner p ON p.id = found.id
WHERE found.score >= %(least)s AND p.id IS DISTINCT FROM %(besides)s
GROUP BY p.id
ORDER BY max(found.score) DESC, count(DISTINCT found.reason) DESC, p.id
LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Similar:
    """A partner that is there. `score` is how alike the names are, 0 to 1; `reasons` what is the
    same: name, phone, email, gstin, of which all but a name count 1."""

    id: int
    code: str
    name: str
    is_active: bool
    merged_into: int | None
    score: Decimal
    reasons: list[str]

    def as_dict(self) -> dict[str, Any]:
        """The wire form."""
        return {**asdict(self), "score": str(self.score)}


def similar_partners(
    *,
    names: Iterable[str] = (),
    phone: str = "",
    email: str = "",
    gstin: str = "",
    besides: int | None = None,
) -> list[Similar]:
    """At most ten, the most similar first: alike by name, or with the same phone number, e-mail
    address or GSTIN, their own or that of one of their contacts. Switched off partners count.

    `phone` is in E.164 form, `gstin` as it is stored.
    """
    address = email.strip().lower()
    parameters = {
        "names": [name for name in names if name.strip()],
        # What is not given is nobody's: null is like nothing.
        "phone": phone or None,
        "email": address or None,
        "email_like": f"%{_plain(address)}%" if address else None,
        "gstin": _plain(gstin) or None,
        "besides": besides,
        "least": LEAST_SCORE,
        "most": MOST_SIMILAR,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"{_FOUND}", parameters)
        rows = cursor.fetchall()
    return [_similar(row) for row in rows]


def _plain(text: str) -> str:
    """The text as LIKE takes it literally."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def _similar(row: tuple[Any, ...]) -> Similar:
    key, code, name, is_active, merged_into, score, reasons = row
    return Similar(key, code or "", name, is_active, merged_into, score, list(reasons))
