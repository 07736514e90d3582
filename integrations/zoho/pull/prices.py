"""Pulling price lists. A list's prices are replaced only when Zoho really returned them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from catalog.enums import Ownership
from catalog.models import Price, PriceList, Product
from catalog.services.mirror_prices import (
    MirroredPrice,
    mirror_price_list,
    mirror_prices,
    remove_mirrored_prices,
)
from integrations.zoho.client import ZohoClient
from integrations.zoho.errors import GuardRefused, MalformedAnswer, PermissionMissing, Refused
from integrations.zoho.mapping import (
    BadRow,
    PriceBook,
    number,
    optional_id,
    parse_price_book,
    parse_prices,
    percentage_price,
)
from integrations.zoho.models import Connection, Cursor, Stream
from integrations.zoho.pull.guard import Guard
from integrations.zoho.pull.report import RunReport, write_tolerantly

ROWS_A_PAGE = 200
MOST_PAGES = 2000
ROWS_A_BATCH = 1000


class _NotReturned(Exception):
    """Zoho gave no prices for a list; the message says why, and what is here stays."""


def pull_prices(*, client: ZohoClient, connection: Connection, report: RunReport) -> None:
    """Take over every sales price list with its prices.

    Raises GuardRefused after the other lists are written when one would lose too many prices, and
    what the client raises.
    """
    refused: GuardRefused | None = None
    is_complete = True
    pull = _Pull(client, report, _ItemRates(client, connection), _product_ids())
    for row in _pages(client, "/pricebooks", "pricebooks", {}):
        if row.get("sales_or_purchase_type") not in (None, "", "sales"):
            continue
        try:
            book = parse_price_book(row)
        except BadRow as error:
            report.bad_row("prices", optional_id(row, "pricebook_id"), str(error))
            continue
        try:
            _take_book(pull, book, row)
        except _NotReturned as error:
            is_complete = False
            report.remark("prices", book.zoho_pricebook_id, str(error))
        except GuardRefused as error:
            refused = error
            report.line(f"{book.name}: {error}")
        report.add("price_lists", seen=1)
        report.step(f"prices: {book.name}")
    if refused is not None:
        raise refused
    if is_complete:
        Cursor.objects.update_or_create(
            connection=connection, stream=Stream.PRICES, defaults={"completed_at": timezone.now()}
        )


def _product_ids() -> dict[str, int]:
    rows = Product.objects.filter(zoho_item_id__isnull=False).values_list("zoho_item_id", "pk")
    return {str(zoho_id): pk for zoho_id, pk in rows.iterator(chunk_size=5000)}


def _pages(
    client: ZohoClient, path: str, key: str, asked: dict[str, str], *, books: bool = False
) -> Iterator[dict[str, Any]]:
    """The rows of every page. Raises MalformedAnswer for a list that does not end."""
    for page in range(1, MOST_PAGES):
        answer = client.get(
            path,
            {**asked, "per_page": str(ROWS_A_PAGE), "page": str(page)},
            api="books" if books else "inventory",
        )
        rows = answer.rows(key)
        yield from rows
        if not answer.has_more:
            return
        if not rows:
            raise MalformedAnswer("an empty page says that there are more")
    raise MalformedAnswer(f"the list {key} does not end")


class _ItemRates:
    """The sales rate of every item, read when a percentage list needs it first."""

    def __init__(self, client: ZohoClient, connection: Connection) -> None:
        self._client = client
        self._organization_id = connection.zoho_organization_id
        self._rates: dict[str, Decimal] | None = None
        self._currency: str | None = None

    @property
    def currency(self) -> str:
        """The organization's currency, which rates are in."""
        if self._currency is None:
            answer = self._client.get(f"/organizations/{self._organization_id}")
            self._currency = str(answer.record("organization").get("currency_code", ""))
        return self._currency

    def rows(self) -> Iterator[tuple[str, Decimal]]:
        """Zoho id and rate of every item that has a usable one."""
        if self._rates is None:
            rates: dict[str, Decimal] = {}
            asked = {"filter_by": "Status.All", "sort_column": "created_time", "sort_order": "A"}
            for row in _pages(self._client, "/items", "items", asked):
                try:
                    rate = number(row, "rate")
                except BadRow:
                    continue
                if rate is not None:
                    rates[optional_id(row, "item_id")] = rate
            self._rates = rates
        yield from self._rates.items()


@dataclass(frozen=True, slots=True)
class _Pull:
    """What taking over one list needs; `products` maps Zoho's item ids to ours."""

    client: ZohoClient
    report: RunReport
    rates: _ItemRates
    products: dict[str, int]


def _take_book(pull: _Pull, book: PriceBook, row: dict[str, Any]) -> None:
    if book.is_percentage and book.currency != pull.rates.currency:
        raise _NotReturned(
            f"{book.name} takes a percentage of prices in {pull.rates.currency} but is in"
            f" {book.currency}: not computed"
        )
    price_list = mirror_price_list(
        zoho_pricebook_id=book.zoho_pricebook_id,
        code=book.code,
        name=book.name,
        currency=book.currency,
        is_active=book.is_active,
    )
    unreadable: set[int] = set()
    if book.is_percentage:
        prices = _percentage_prices(book, pull.rates, pull.products)
    else:
        entries = _entries(pull.client, book, row)
        prices = _listed_prices(entries, pull.products, unreadable, pull.report)
    _replace(price_list, list(prices), unreadable, pull.report)


def _percentage_prices(
    book: PriceBook, rates: _ItemRates, products: dict[str, int]
) -> Iterator[MirroredPrice]:
    for zoho_id, rate in rates.rows():
        if zoho_id in products:
            amount = percentage_price(book, rate)
            yield MirroredPrice(products[zoho_id], Decimal(1), amount)


def _entries(client: ZohoClient, book: PriceBook, row: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The list's entries, as its row carries them or from Books. Raises _NotReturned."""
    entries = row.get("pricebook_items")
    if isinstance(entries, list):
        return [entry for entry in entries if isinstance(entry, dict)]
    asked = {"pricebook_id": book.zoho_pricebook_id}
    try:
        return list(_pages(client, "/pricebooks/items", "items", asked, books=True))
    except (Refused, PermissionMissing, MalformedAnswer) as error:
        raise _NotReturned(f"{book.name}: Zoho did not return its prices ({error})") from error


def _listed_prices(
    entries: Iterable[dict[str, Any]],
    products: dict[str, int],
    unreadable: set[int],
    report: RunReport,
) -> Iterator[MirroredPrice]:
    for entry in entries:
        report.add("prices", seen=1)
        zoho_id = optional_id(entry, "item_id")
        product_id = products.get(zoho_id)
        if product_id is None:
            report.add("prices", unknown_product=1)
            continue
        try:
            yield from parse_prices(entry, product_id)
        except BadRow as error:
            unreadable.add(product_id)
            report.bad_row("prices", zoho_id, str(error))


def _replace(
    price_list: PriceList, prices: list[MirroredPrice], unreadable: set[int], report: RunReport
) -> None:
    """Write the list's prices and remove those Zoho no longer has. Raises GuardRefused."""
    wanted = {(price.product_id, price.minimum_quantity): price.amount for price in prices}
    here = list(
        Price.objects.filter(price_list=price_list, ownership=Ownership.ZOHO).values_list(
            "pk", "product_id", "minimum_quantity", "amount"
        )
    )
    gone = [
        pk
        for pk, product_id, quantity, _ in here
        if (product_id, quantity) not in wanted and product_id not in unreadable
    ]
    zeroed = sum(
        1
        for _, product_id, quantity, amount in here
        if amount > 0 and wanted.get((product_id, quantity)) == 0
    )
    Guard(
        what=f"remove or zero prices of {price_list.code}:",
        total=len(here),
        is_forced=report.run.is_forced,
    ).check(len(gone) + zeroed)
    _write(price_list, prices, report)
    for start in range(0, len(gone), ROWS_A_BATCH):
        part = gone[start : start + ROWS_A_BATCH]
        removed = remove_mirrored_prices(price_list_id=price_list.pk, price_ids=part)
        report.add("prices", removed=removed)


def _write(price_list: PriceList, prices: list[MirroredPrice], report: RunReport) -> None:
    for start in range(0, len(prices), ROWS_A_BATCH):
        for result in write_tolerantly(
            prices[start : start + ROWS_A_BATCH],
            lambda rows: mirror_prices(price_list_id=price_list.pk, prices=rows),
            lambda price, reason: report.bad_row("prices", str(price.product_id), reason),
        ):
            report.add(
                "prices",
                changed=result.changed,
                unchanged=result.unchanged,
                kept_local=result.kept_local,
            )
