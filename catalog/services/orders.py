"""Placing, shipping and cancelling orders. Each is one transaction and one event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from catalog.enums import OrderStatus
from catalog.errors import (
    OrderRefused,
    OrderStateForbids,
    PriceChanged,
    PriceListMissing,
    ProductNotSold,
    TotalChanged,
)
from catalog.models import Order, OrderLine, PriceList, Product
from catalog.selectors.prices import active_price_list, price_brackets, price_for
from catalog.selectors.products import find_by_references
from catalog.services.reservations import (
    Wanted,
    allocate_stock,
    release_reservations,
    reserve_stock,
)
from core.errors import DomainError, FieldError
from core.events.services import in_unit_of_work
from core.i18n import translated
from core.money import plain_number
from settings_modules.organizations.models import DocumentType
from settings_modules.organizations.services.document_numbers import issue_number
from settings_modules.partners.services.partners import find_or_create_customer


@dataclass(frozen=True, slots=True)
class RequestedLine:
    """`reference` is our id, Zoho's id or the SKU; `expected_price` what the shopper was shown."""

    path: str
    reference: str
    quantity: int
    expected_price: Decimal | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a shopper asks for. `phone` is in E.164 form; prices are the server's."""

    lines: list[RequestedLine]
    name: str
    phone: str
    email: str = ""
    address: str = ""
    notes: str = ""
    expected_total: Decimal | None = None
    language: str = "en"
    price_list: str = ""


@dataclass(slots=True)
class PricedLine:
    """A line with its product and the price that holds; the same product is merged into one."""

    path: str
    product: Product
    quantity: int
    unit_price: Decimal = Decimal(0)
    expected_prices: list[Decimal] = field(default_factory=list)
    comment: str = ""


@in_unit_of_work
def place_order(*, request: OrderRequest) -> Order:
    """A confirmed order with its number, its stock reserved, and the event `order.placed`.

    Raises PriceListMissing; OrderRefused naming every line that is not sold, whose price is not
    the expected one or that is short; and what `issue_number` raises.
    """
    price_list = active_price_list(request.price_list)
    if price_list is None:
        raise PriceListMissing()
    lines = _priced_lines(request, price_list)
    _check_expectations(request, lines, price_list)
    partner = find_or_create_customer(name=request.name, phone=request.phone, email=request.email)
    wanted = [Wanted(line.path, line.product, Decimal(line.quantity)) for line in lines]
    allocations = allocate_stock(wanted)
    issued = issue_number(document_type=DocumentType.ORDER, purpose="order")
    order = Order.objects.create(
        number=issued.text,
        organization_id=issued.organization_id,
        partner=partner,
        price_list=price_list,
        currency=price_list.currency,
        total=_total(lines),
        customer_name=request.name,
        customer_email=request.email,
        customer_phone=request.phone,
        delivery_address=request.address,
        notes=request.notes,
    )
    stored = OrderLine.objects.bulk_create(
        _order_line(order, position, line, request.language)
        for position, line in enumerate(lines, start=1)
    )
    reserve_stock(lines={line.product_id: line for line in stored}, allocations=allocations)
    order.emit_event("order.placed", {"product_ids": sorted(line.product.pk for line in lines)})
    return order


def _order_line(order: Order, position: int, line: PricedLine, language: str) -> OrderLine:
    return OrderLine(
        order=order,
        product=line.product,
        position=position,
        product_name=translated(line.product, "name", language),
        sku=line.product.sku or "",
        quantity=line.quantity,
        unit_price=line.unit_price,
        line_total=line.unit_price * line.quantity,
        comment=line.comment,
    )


def _total(lines: Iterable[PricedLine]) -> Decimal:
    return sum((line.unit_price * line.quantity for line in lines), Decimal(0))


def _refuse(problems: list[tuple[str, DomainError]]) -> None:
    """Raise OrderRefused with every problem on its line; nothing when there is none."""
    if not problems:
        return
    first = problems[0][1]
    raise OrderRefused(
        problem=first.text(),
        problem_ar=first.text("ar"),
        details=[
            FieldError(path, error.code, error.text(), error.text("ar")) for path, error in problems
        ],
    )


def _priced_lines(request: OrderRequest, price_list: PriceList) -> list[PricedLine]:
    """The lines merged by product, each with the price for its quantity."""
    found = find_by_references(line.reference for line in request.lines)
    merged: dict[int, PricedLine] = {}
    problems: list[tuple[str, DomainError]] = []
    for line in request.lines:
        product = found.get(line.reference)
        if product is None:
            problems.append((line.path, ProductNotSold(product=line.reference)))
            continue
        held = merged.setdefault(product.pk, PricedLine(line.path, product, 0))
        held.quantity += line.quantity
        held.comment = held.comment or line.comment
        if line.expected_price is not None:
            held.expected_prices.append(line.expected_price)
    brackets = price_brackets(price_list, merged)
    for priced in merged.values():
        price = price_for(brackets.get(priced.product.pk, []), priced.quantity)
        if not price:
            name = translated(priced.product, "name", request.language)
            problems.append((priced.path, ProductNotSold(product=name)))
        else:
            priced.unit_price = price
    _refuse(problems)
    return list(merged.values())


def _check_expectations(
    request: OrderRequest, lines: list[PricedLine], price_list: PriceList
) -> None:
    """Nobody pays a price they were not shown: raise OrderRefused with the prices of now."""
    problems: list[tuple[str, DomainError]] = [
        (
            line.path,
            PriceChanged(
                product=translated(line.product, "name", request.language),
                price=plain_number(line.unit_price),
                currency=price_list.currency,
            ),
        )
        for line in lines
        if any(expected != line.unit_price for expected in line.expected_prices)
    ]
    total = _total(lines)
    if not problems and request.expected_total not in (None, total):
        changed = TotalChanged(total=plain_number(total), currency=price_list.currency)
        problems.append(("total_amount", changed))
    _refuse(problems)


@in_unit_of_work
def ship_order(*, order: Order) -> Order:
    """Mark a confirmed order as shipped; a subscriber turns its reservations into movements.

    Raises OrderStateForbids.
    """
    locked = _lock_in_status(order, OrderStatus.CONFIRMED)
    locked.status = OrderStatus.SHIPPED
    locked.shipped_at = timezone.now()
    locked.version += 1
    locked.save(update_fields=["status", "shipped_at", "version"])
    locked.emit_event("order.shipped", {"product_ids": _product_ids(locked)})
    return locked


@in_unit_of_work
def cancel_order(*, order: Order, reason: str = "") -> Order:
    """Cancel a confirmed order and give its stock back. Raises OrderStateForbids.

    The order keeps its number, which is not voided: the document is there, and says what became of
    it.
    """
    locked = _lock_in_status(order, OrderStatus.CONFIRMED)
    locked.status = OrderStatus.CANCELLED
    locked.cancelled_at = timezone.now()
    locked.version += 1
    locked.save(update_fields=["status", "cancelled_at", "version"])
    release_reservations(order=locked)
    locked.emit_event("order.cancelled", {"product_ids": _product_ids(locked), "reason": reason})
    return locked


def _lock_in_status(order: Order, status: OrderStatus) -> Order:
    locked = Order.objects.select_for_update().get(pk=order.pk)
    if locked.status != status:
        raise OrderStateForbids(number=locked.number, state=locked.get_status_display())
    return locked


def _product_ids(order: Order) -> list[int]:
    return list(order.lines.order_by("product_id").values_list("product_id", flat=True))
