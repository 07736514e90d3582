"""Pulling items: every page is written before the bookmark moves past it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from catalog.models import Product
from catalog.services.mirror_products import (
    MirroredCategory,
    MirroredProduct,
    mirror_categories,
    mirror_products,
)
from integrations.zoho.client import ZohoClient
from integrations.zoho.mapping import (
    BadRow,
    moment,
    optional_id,
    parse_category,
    parse_item,
    zoho_time,
)
from integrations.zoho.models import Connection, Cursor, Stream
from integrations.zoho.pull.guard import Guard
from integrations.zoho.pull.item_pages import ItemPage, changed_items
from integrations.zoho.pull.report import RunReport, write_tolerantly

#: Read again so far back: another writer's change may have committed late.
OVERLAP = timedelta(minutes=2)
#: The bookmark never comes closer to the present than this.
SETTLING = timedelta(seconds=60)
CHECKPOINT = "items"


@dataclass(slots=True)
class _Scan:
    """The state of one scan. A first one moves the bookmark as it goes, a later full one not.

    `held` are products it would deactivate, until the guard agrees.
    """

    is_full: bool
    is_first: bool
    guard: Guard
    read_to: datetime | None = None
    is_complete: bool = True
    changed_ids: list[int] = field(default_factory=list)
    held: dict[str, MirroredProduct] = field(default_factory=dict)
    held_count: int = 0


def pull_items(
    *, client: ZohoClient, connection: Connection, report: RunReport, is_full: bool
) -> list[int]:
    """Take over the items changed since the last pull, or all; our ids of those written.

    Raises GuardRefused when too many would be deactivated (all else is written), and what the
    client raises; the bookmark then stands before the first row that was not written.
    """
    cursor = Cursor.objects.filter(connection=connection, stream=Stream.ITEMS).first()
    is_first = cursor is None or cursor.instant is None
    is_full = is_full or is_first
    active = Product.objects.filter(zoho_item_id__isnull=False, is_active=True).count()
    since = _start(report, cursor, is_full)
    scan = _Scan(
        is_full=is_full,
        is_first=is_first,
        guard=Guard(what="deactivate products:", total=active, is_forced=report.run.is_forced),
    )
    for page in changed_items(client, since):
        _take_page(scan, page, report)
        _move_bookmark(scan, page, connection, report)
    counts = report.run.counts.get("items", {})
    if is_full and active and not counts.get("seen"):
        scan.is_complete = False
        report.remark("items", "", "Zoho listed no items at all")
    scan.guard.check(scan.held_count)
    _write(scan, list(scan.held.values()), report)
    if scan.is_complete:
        _finish(scan, connection, report)
    return scan.changed_ids


def _start(report: RunReport, cursor: Cursor | None, is_full: bool) -> datetime | None:
    resumed = report.run.checkpoint.get(CHECKPOINT)
    if resumed:
        return datetime.fromisoformat(resumed)
    if is_full or cursor is None or cursor.instant is None:
        return None
    return cursor.instant - OVERLAP


def _take_page(scan: _Scan, page: ItemPage, report: RunReport) -> None:
    if not page.is_all_statuses and scan.is_complete:
        scan.is_complete = False
        report.remark("items", "", "Zoho did not confirm that inactive items are listed")
    products: list[MirroredProduct] = []
    categories: list[MirroredCategory] = []
    for row in page.rows:
        try:
            products.append(parse_item(row))
            category = parse_category(row)
        except BadRow as error:
            report.bad_row("items", optional_id(row, "item_id"), str(error))
            continue
        if category is not None:
            categories.append(category)
    report.add("items", seen=len(page.rows))
    report.add("categories", changed=mirror_categories(categories=categories))
    _write(scan, _without_deactivations(scan, products), report)


def _without_deactivations(scan: _Scan, products: list[MirroredProduct]) -> list[MirroredProduct]:
    """The products to write now; those that would leave the shop are held for the guard."""
    ids = [product.zoho_item_id for product in products if product.is_active is False]
    active = dict(
        Product.objects.filter(zoho_item_id__in=ids, is_active=True).values_list(
            "zoho_item_id", "zoho_content_hash"
        )
    )
    now: list[MirroredProduct] = []
    for product in products:
        leaves = product.is_active is False and product.zoho_item_id in active
        if leaves and active[product.zoho_item_id] != product.content_hash:
            if product.zoho_item_id not in scan.held:
                scan.held_count += 1
            scan.held[product.zoho_item_id] = product
            continue
        if scan.held.pop(product.zoho_item_id, None) is not None:
            scan.held_count -= 1
        now.append(product)
    return now


def _write(scan: _Scan, products: Sequence[MirroredProduct], report: RunReport) -> None:
    for start in range(0, len(products), 500):
        part = products[start : start + 500]
        for result in write_tolerantly(
            part,
            lambda rows: mirror_products(products=rows),
            lambda row, reason: report.bad_row("items", row.zoho_item_id, reason),
        ):
            written = result.created_ids + result.changed_ids
            if not scan.is_full:
                scan.changed_ids.extend(written)
            report.add(
                "items",
                changed=len(written),
                created=len(result.created_ids),
                unchanged=result.unchanged,
            )
            for zoho_item_id in result.sku_conflicts:
                report.remark("items", zoho_item_id, "another product has its SKU: kept without")


def _move_bookmark(scan: _Scan, page: ItemPage, connection: Connection, report: RunReport) -> None:
    """Remember what is written, but nothing at or after a product that is still held."""
    report.step(f"products: {report.run.counts['items']['seen']} read")
    if page.read_to is None:
        newest = [row for row in map(_time_of, page.rows) if row is not None]
        scan.read_to = max([*newest, *([scan.read_to] if scan.read_to else [])], default=None)
        return
    scan.read_to = max(page.read_to, scan.read_to or page.read_to)
    held = [product.modified_at - timedelta(seconds=1) for product in scan.held.values()]
    position = min([scan.read_to, _settled(page.date), *held])
    if scan.is_full:
        report.run.checkpoint[CHECKPOINT] = position.isoformat()
        report.run.save(update_fields=["checkpoint"])
    if scan.is_complete and (scan.is_first or not scan.is_full):
        _save_cursor(connection, position, completed=False)


def _time_of(row: dict[str, object]) -> datetime | None:
    try:
        return moment(row, "last_modified_time")
    except BadRow:
        return None


def _settled(date: datetime) -> datetime:
    return min(timezone.now(), date) - SETTLING


def _save_cursor(connection: Connection, position: datetime | None, *, completed: bool) -> None:
    cursor, _ = Cursor.objects.get_or_create(connection=connection, stream=Stream.ITEMS)
    if position is not None and (cursor.instant is None or position > cursor.instant):
        cursor.instant = position
        cursor.value = zoho_time(position)
    if completed:
        cursor.completed_at = timezone.now()
    cursor.save()


def _finish(scan: _Scan, connection: Connection, report: RunReport) -> None:
    position = min(scan.read_to, _settled(timezone.now())) if scan.read_to else None
    _save_cursor(connection, position, completed=True)
    report.run.checkpoint.pop(CHECKPOINT, None)
