"""Which saved filters a person may use."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from core.saved_filters.models import SavedFilter, Surface
from core.tenancy import visible_rows

#: More than anybody looks through; a list of links is bounded like every other one.
MOST_SHOWN = 200


def usable_filters(user: Any, surface: Surface) -> QuerySet[SavedFilter]:
    """The person's own filters, and those that others share with them, by name.

    Whether the person may see the lists is for the caller to ask.
    """
    shared = visible_rows(SavedFilter.objects.filter(is_shared=True), user)
    mine_or_shared = Q(owner_id=user.pk) | Q(pk__in=shared.order_by().values("pk"))
    rows = SavedFilter.objects.filter(mine_or_shared, surface=surface)
    return rows.order_by(Lower("name"), "id")


def filters_of_list(user: Any, surface: Surface, record_type: str) -> list[SavedFilter]:
    """Those of one list with their owners, in one query, at most 200."""
    rows = usable_filters(user, surface).filter(record_type=record_type)
    return list(rows.select_related("owner")[:MOST_SHOWN])


def may_edit(saved: SavedFilter, user: Any) -> bool:
    """Its owner may, and of a shared one a superuser who is not limited by a token."""
    is_full = user.is_superuser and getattr(user, "permission_limit", None) is None
    return bool(saved.owner_id == user.pk or (saved.is_shared and is_full))
