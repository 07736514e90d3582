"""A run's counts and streams in the words of staff."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.money import grouped_number

#: Streams, what is counted of them, and why a run ended early.
_WORDS: dict[str, Any] = {
    "items": _("Products"),
    "stock": _("Stock"),
    "orders": _("Orders"),
    "prices": _("Prices"),
    "locations": _("Locations"),
    "categories": _("Categories"),
    "price_lists": _("Price lists"),
    "seen": _("Read"),
    "changed": _("Changed"),
    "created": _("New"),
    "updated": _("Edited"),
    "unchanged": _("Unchanged"),
    "skipped": _("Skipped"),
    "deactivated": _("Switched off"),
    "removed": _("Removed"),
    "missing": _("Missing"),
    "settled": _("Settled"),
    "kept_local": _("Kept as ours"),
    "asked": _("Asked for"),
    "shipped_there": _("Shipped there"),
    "unknown_product": _("Unknown product"),
    "untracked": _("Stock not tracked"),
    "guard_refused": _("the guard stopped it: it would have taken away too much"),
    "permission_missing": _("Zoho does not grant a permission"),
    "refused": _("Zoho refused"),
    "gate_closed": _("Zoho asked to wait"),
    "connection_unusable": _("the connection must be authorized again"),
    "misconfigured": _("the connection is not set up rightly"),
    "zoho_trouble": _("Zoho could not be reached or failed"),
    "unexpected": _("an unexpected error"),
}


def words_of(code: str) -> str:
    """The words for a code of a run's report; an unknown one as it is."""
    return str(_WORDS.get(code, code))


def counts_table(counts: dict[str, Any]) -> dict[str, Any]:
    """`columns` and `rows` (name, figures): what was counted, by stream; a dash where nothing."""
    streams = {name: row for name, row in counts.items() if isinstance(row, dict)}
    columns = list(dict.fromkeys(column for row in streams.values() for column in row))
    rows = [
        (words_of(name), [grouped_number(row[c]) if c in row else "—" for c in columns])
        for name, row in streams.items()
    ]
    return {"columns": [words_of(column) for column in columns], "rows": rows}
