"""Which records of the catalogue, and which places, are not merged."""

from __future__ import annotations

from django.db.models import Q

from catalog.errors import CurrenciesDiffer, StockLeft
from catalog.models import PriceList, Product, StockLevel
from settings_modules.locations.models import Location

_ANY = ~Q(on_hand=0) | ~Q(reserved=0) | ~Q(committed_elsewhere=0)


def refuse_stock_of(_kept: Product, merged: Product) -> None:
    """Raise StockLeft while there is stock of the merged product: its movements stay with it."""
    if StockLevel.objects.filter(_ANY, product=merged).exists():
        raise StockLeft()


def refuse_stock_at(_kept: Location, merged: Location) -> None:
    """Raise StockLeft while there is stock at the merged place: its movements stay there."""
    if StockLevel.objects.filter(_ANY, location=merged).exists():
        raise StockLeft()


def refuse_other_currency(kept: PriceList, merged: PriceList) -> None:
    """Raise CurrenciesDiffer: an amount would become one of another currency."""
    if kept.currency != merged.currency:
        raise CurrenciesDiffer(kept=kept.currency, merged=merged.currency)
