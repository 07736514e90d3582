"""Changes that staff make to prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from catalog.enums import Ownership
from catalog.errors import (
    PriceNegative,
    PriceOwnedByZoho,
    PriceQuantityNotPositive,
    PriceUnknownToZoho,
)
from catalog.models import Price, PriceList, Product
from core.editing.services import require_version
from core.errors import NotFound
from core.events.services import in_unit_of_work

#: The version to expect of a price that must not be there yet.
NOT_STORED = 0


def _emit(price: Price, changes: dict[str, dict[str, Any]]) -> None:
    price.price_list.emit_event(
        "price.changed",
        {
            "product_id": price.product_id,
            "price_list_id": price.price_list_id,
            "minimum_quantity": price.minimum_quantity,
            "changes": changes,
        },
    )


@in_unit_of_work
def set_price(
    *,
    product: Product,
    price_list: PriceList,
    amount: Decimal,
    minimum_quantity: Decimal = Decimal(1),
    expected_version: int | None = None,
) -> Price:
    """The price of the product on the list from that quantity on, in the list's currency.

    It is ours from now on: a pull leaves it alone. Emits `price.changed` when something changed.
    Raises PriceNegative, PriceQuantityNotPositive, ValidationError (more than three decimals),
    StaleVersion when the price that is stored has another version than the one expected, and
    NotFound when one is expected and none is stored.
    """
    if amount < 0:
        raise PriceNegative(field="amount")
    if minimum_quantity <= 0:
        raise PriceQuantityNotPositive(field="minimum_quantity")
    # Two people who add the same bracket at once take turns on the product.
    Product.objects.select_for_update(no_key=True).only("pk").get(pk=product.pk)
    bracket = Price(product=product, price_list=price_list, minimum_quantity=minimum_quantity)
    price = _lock_bracket(bracket)
    if price is not None:
        require_version(price, expected_version)
    elif expected_version:
        raise NotFound()
    old_amount, old_ownership = (price.amount, price.ownership) if price else (None, None)
    if (old_amount, old_ownership) == (amount, Ownership.LOCAL) and price is not None:
        return price
    price = price or bracket
    price.amount = amount
    price.ownership = Ownership.LOCAL
    price.full_clean()
    price.version += 0 if price._state.adding else 1
    price.save()
    _emit(price, _differences(price, old_amount, old_ownership))
    return price


def _differences(
    price: Price, old_amount: Decimal | None, old_ownership: str | None
) -> dict[str, dict[str, Any]]:
    """What an event tells of a price that became ours."""
    changes: dict[str, dict[str, Any]] = {"amount": {"old": old_amount, "new": price.amount}}
    if old_ownership != Ownership.LOCAL:
        changes["ownership"] = {"old": old_ownership, "new": Ownership.LOCAL.value}
    return changes


def _lock_bracket(price: Price) -> Price | None:
    """The stored price of the same product, list and quantity, locked; None when there is none."""
    rows = Price.objects.select_for_update().filter(
        product=price.product, price_list=price.price_list, minimum_quantity=price.minimum_quantity
    )
    return rows.first()


def _lock(price: Price) -> Price:
    """The stored price, locked. Raises NotFound when it is gone."""
    rows = Price.objects.select_for_update(of=("self",)).select_related("price_list", "product")
    locked = rows.filter(pk=price.pk).first()
    if locked is None:
        raise NotFound()
    return locked


@in_unit_of_work
def remove_price(*, price: Price, expected_version: int | None = None) -> None:
    """Take a price of ours off its list; emits `price.changed` with the new amount empty.

    Raises PriceOwnedByZoho: the next pull would bring it back; StaleVersion, NotFound.
    """
    locked = _lock(price)
    require_version(locked, expected_version)
    if locked.ownership == Ownership.ZOHO:
        raise PriceOwnedByZoho()
    locked.delete()
    _emit(locked, {"amount": {"old": locked.amount, "new": None}})


@in_unit_of_work
def return_price_to_zoho(*, price: Price) -> Price:
    """Let the next pull overwrite the price again; emits `price.changed` when it was ours.

    The product is marked as unseen, so that the pull writes it even if Zoho did not touch it.
    Raises PriceUnknownToZoho, NotFound.
    """
    locked = _lock(price)
    if not locked.product.zoho_item_id:
        raise PriceUnknownToZoho(product=locked.product.name)
    if locked.ownership == Ownership.ZOHO:
        return locked
    locked.ownership = Ownership.ZOHO
    locked.version += 1
    locked.save(update_fields=["ownership", "version", "updated_at"])
    Product.objects.filter(pk=locked.product_id).update(zoho_content_hash="")
    _emit(
        locked,
        {"ownership": {"old": Ownership.LOCAL.value, "new": Ownership.ZOHO.value}},
    )
    return locked
