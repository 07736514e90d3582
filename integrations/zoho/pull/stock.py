"""Pulling stock by a sweep over the tracked products, since stock moves may not touch the item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from catalog.enums import Ownership
from catalog.models import Product, StockLevel
from catalog.services.mirror_stock import MirroredStock, mirror_stock
from integrations.zoho.client import Answer, ZohoClient
from integrations.zoho.errors import Refused
from integrations.zoho.mapping import BadRow, optional_id, parse_stock, record_id
from integrations.zoho.models import Connection, Cursor, Stream
from integrations.zoho.pull.guard import Guard
from integrations.zoho.pull.locations import Places
from integrations.zoho.pull.report import RunReport, write_tolerantly
from integrations.zoho.pull.shipments import reservations_shipped_there

IDS_A_CALL = 100
ROWS_A_BATCH = 200
_INVALID_VALUE = 4


@dataclass(slots=True)
class _Sweep:
    """The state of one sweep. `held` are rows of products that it would empty, with their time."""

    client: ZohoClient
    report: RunReport
    places: Places
    guard: Guard
    shipped_there: list[int]
    ids_a_call: int = IDS_A_CALL
    held: list[tuple[list[MirroredStock], datetime]] = field(default_factory=list)
    held_count: int = 0


def pull_stock(
    *,
    client: ZohoClient,
    connection: Connection,
    report: RunReport,
    only: Sequence[int] | None = None,
) -> None:
    """Take over the stock of every tracked product, or of the products `only`.

    Raises GuardRefused when too many products would be emptied (all else is written), and what
    the client raises.
    """
    stocked = (
        StockLevel.objects.filter(ownership=Ownership.ZOHO)
        .values("product_id")
        .annotate(total=Sum("on_hand"))
        .filter(total__gt=0)
        .count()
    )
    sweep = _Sweep(
        client=client,
        report=report,
        places=Places(),
        guard=Guard(what="empty products:", total=stocked, is_forced=report.run.is_forced),
        shipped_there=reservations_shipped_there(client=client, report=report, only=only),
    )
    is_complete = True
    for products in _chunks(only):
        is_complete &= _take(sweep, products)
        report.step(f"stock: {report.run.counts.get('stock', {}).get('seen', 0)} products read")
    sweep.guard.check(sweep.held_count)
    for levels, read_began in sweep.held:
        _write(sweep, levels, read_began)
    if only is None and is_complete:
        Cursor.objects.update_or_create(
            connection=connection, stream=Stream.STOCK, defaults={"completed_at": timezone.now()}
        )


def _chunks(only: Sequence[int] | None) -> Iterator[dict[str, int]]:
    """Zoho id to our id of the tracked products, a hundred at a time."""
    tracked = Product.objects.filter(zoho_item_id__isnull=False, is_stock_tracked=True)
    if only is not None:
        ids = sorted(set(only))
        for start in range(0, len(ids), IDS_A_CALL):
            part = tracked.filter(pk__in=ids[start : start + IDS_A_CALL])
            found = {str(zoho): pk for zoho, pk in part.values_list("zoho_item_id", "pk")}
            if found:
                yield found
        return
    last = 0
    while True:
        following = tracked.filter(pk__gt=last).order_by("pk")
        rows = list(following.values_list("zoho_item_id", "pk")[:IDS_A_CALL])
        if not rows:
            return
        yield {str(zoho): pk for zoho, pk in rows}
        last = rows[-1][1]


def _take(sweep: _Sweep, products: dict[str, int]) -> bool:
    """Read and write one chunk; False when Zoho left out one of its products."""
    zoho_ids = list(products)
    seen: set[str] = set()
    position = 0
    while position < len(zoho_ids):
        part = zoho_ids[position : position + sweep.ids_a_call]
        read_began = timezone.now()
        answer = _details(sweep, part)
        if answer is None:
            continue
        position += len(part)
        seen |= _take_rows(sweep, answer, products, read_began)
    missing = len(products) - len(seen)
    sweep.report.add("stock", seen=len(seen), missing=missing)
    return not missing


def _details(sweep: _Sweep, part: list[str]) -> Answer | None:
    """The items in detail; None after Zoho found the list too long, which is then shortened."""
    try:
        return sweep.client.get("/itemdetails", {"item_ids": ",".join(part)})
    except Refused as error:
        if error.code != _INVALID_VALUE or len(part) == 1:
            raise
        sweep.ids_a_call = max(1, len(part) // 2)
        return None


def _take_rows(
    sweep: _Sweep, answer: Answer, products: dict[str, int], read_began: datetime
) -> set[str]:
    now: list[MirroredStock] = []
    seen: set[str] = set()
    before = _on_hand(list(products.values()))
    for row in answer.rows("items"):
        try:
            zoho_id = record_id(row, "item_id")
            if zoho_id not in products:
                continue
            seen.add(zoho_id)
            places = parse_stock(row)
        except BadRow as error:
            sweep.report.bad_row("stock", optional_id(row, "item_id"), str(error))
            continue
        if places is None:
            sweep.report.add("stock", untracked=1)
            continue
        product_id = products[zoho_id]
        levels = [
            MirroredStock(
                product_id,
                sweep.places.id_of(place.zoho_location_id, place.name),
                place.physical,
                place.committed,
            )
            for place in places
        ]
        if not levels:
            continue
        total = sum((level.physical for level in levels), Decimal(0))
        if before.get(product_id, Decimal(0)) > 0 >= total and not sweep.guard.is_forced:
            _hold(sweep, levels, read_began)
        else:
            now.extend(levels)
    _write(sweep, now, read_began)
    return seen


def _on_hand(product_ids: list[int]) -> dict[int, Decimal]:
    return dict(
        StockLevel.objects.filter(product_id__in=product_ids, ownership=Ownership.ZOHO)
        .values("product_id")
        .annotate(total=Sum("on_hand"))
        .values_list("product_id", "total")
    )


def _hold(sweep: _Sweep, levels: list[MirroredStock], read_began: datetime) -> None:
    """Keep the rows until the guard agrees; once it cannot, counting is enough."""
    sweep.held_count += 1
    if sweep.guard.allows(sweep.held_count):
        sweep.held.append((levels, read_began))


def _write(sweep: _Sweep, levels: list[MirroredStock], read_began: datetime) -> None:
    for start in range(0, len(levels), ROWS_A_BATCH):
        part = levels[start : start + ROWS_A_BATCH]
        for result in write_tolerantly(
            part,
            lambda rows: mirror_stock(
                levels=rows, read_began=read_began, shipped_there=sweep.shipped_there
            ),
            lambda row, reason: sweep.report.bad_row("stock", str(row.product_id), reason),
        ):
            sweep.report.add(
                "stock",
                changed=result.changed,
                unchanged=result.unchanged,
                kept_local=result.kept_local,
                settled=result.settled,
            )
