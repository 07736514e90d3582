"""Finding the commodity that somebody names."""

from __future__ import annotations

from django.db.models import Q

from core.i18n import language_columns
from settings_modules.commodities.models import Commodity


def find_commodity(text: str) -> Commodity | None:
    """The commodity in use with that code or, in any language, that name, whatever the case; its
    units come with it. None when there is none."""
    asked = text.replace("\0", "").strip()
    if not asked:
        return None
    named = Q(code__iexact=asked)
    for column in language_columns("name"):
        named |= Q((f"{column}__iexact", asked))
    rows = Commodity.objects.filter(named, is_active=True)
    found = rows.select_related("base_unit", "trade_unit", "rate_unit").order_by("id")
    # A code is surer than a name that happens to read the same.
    return found.filter(code__iexact=asked).first() or found.first()
