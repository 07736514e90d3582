"""The currencies through which a pair without a rate of its own may be reached."""

from __future__ import annotations

from collections.abc import Callable

#: Tells the base currency of the organization in force, "" without one.
BaseCurrency = Callable[[], str]

_WORLD = ("USD", "EUR")
_own: list[BaseCurrency] = []


def register_base_currency(find: BaseCurrency) -> None:
    """Say how the base currency of the organization in force is found; the last one counts."""
    _own[:] = [find]


def pivot_currencies() -> tuple[str, ...]:
    """US dollar, euro, and the organization's own currency, in the order they are tried."""
    own = _own[0]() if _own else ""
    return tuple(dict.fromkeys(code for code in (*_WORLD, own) if code))
