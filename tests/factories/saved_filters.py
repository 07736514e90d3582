"""Saved filters for tests."""

from __future__ import annotations

from typing import Any

from core.identity.models import User
from core.saved_filters.models import SavedFilter, Surface


def make_filter(owner: User, name: str = "Mine", **values: Any) -> SavedFilter:
    """A filter of the API's list of locations, unless `values` say otherwise."""
    given = {
        "surface": Surface.API,
        "record_type": "locations.location",
        "query": {"search": ["mill"]},
        **values,
    }
    return SavedFilter.objects.create(owner=owner, name=name, **given)
