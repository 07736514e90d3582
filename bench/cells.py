"""The cells of the table: what is asked, of whom, for how long, and what must come out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg

from bench.servers import PREFIX

LIST_PAGES = 18
DETAILS = 500
BASELINE = "baseline"
TRADEPOST = "tradepost"
PLAIN_DRF = "plain DRF"


@dataclass(frozen=True)
class Cell:
    """A way of reading. `share` of the seconds told is spent on each of its measurements."""

    subject: str
    mode: str
    candidates: tuple[str, ...]
    share: float = 1.0

    @property
    def name(self) -> str:
        """Subject and mode, as the table and the goals name it."""
        return f"{self.subject} {self.mode}"


CELLS = [
    Cell("list", "uncached", (BASELINE, TRADEPOST, PLAIN_DRF)),
    Cell("list", "cached", (BASELINE, TRADEPOST)),
    Cell("detail", "uncached", (BASELINE, TRADEPOST), 0.4),
    Cell("detail", "cached", (BASELINE, TRADEPOST), 0.4),
    Cell("categories", "uncached", (BASELINE, TRADEPOST), 0.4),
    Cell("categories", "cached", (BASELINE, TRADEPOST), 0.4),
]
SUBJECTS = (
    *("list", "detail", "categories", "overhead", "orders", "upsert", "history", "events"),
    "numbers",
    "imports",
    "settings",
)


@dataclass(frozen=True)
class Addresses:
    """The paths that are loaded, by subject, and those whose answers are compared first."""

    loaded: dict[str, list[str]]
    compared: list[str]


def addresses(connection: psycopg.Connection[Any]) -> Addresses:
    """Paths for the products that are in the database."""
    ids = [
        row[0]
        for row in connection.execute(
            "SELECT p.id FROM catalog_product p WHERE p.is_active AND EXISTS ("
            "SELECT FROM catalog_price price JOIN catalog_pricelist list"
            " ON list.id = price.price_list_id WHERE price.product_id = p.id"
            " AND list.code = 'consumer_iqd' AND price.amount > 0)"
            " ORDER BY md5(p.id::text) LIMIT %s",
            [DETAILS],
        )
    ]
    pages = [f"{PREFIX}/products?limit=100&skip={page * 100}" for page in range(LIST_PAGES)]
    details = [f"{PREFIX}/products/{product_id}" for product_id in ids]
    words = ["charger", "UGREEN cable black", "كابل", "TSH00042", "nothing-is-called-this"]
    searches = [f"{PREFIX}/products?search={quote(word)}" for word in words]
    filters = [
        f"{PREFIX}/products?category={quote(name)}" for name in ("Cables", "بطاريات", "None")
    ]
    categories = [f"{PREFIX}/categories"]
    return Addresses(
        loaded={"list": pages, "detail": details, "categories": categories},
        compared=[*pages[:2], pages[-1], *details[:25], *categories, *searches, *filters],
    )
