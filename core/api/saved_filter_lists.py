"""The lists of the API whose filters can be saved, and the parameters that each of them reads."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.filters import OrderingFilter, SearchFilter

from core.saved_filters.lists import permission_for
from core.saved_filters.models import Surface
from core.saved_filters.queries import Query

#: By the model of the records, such as "commodities.commodity".
_collections: dict[str, Any] = {}


def declare_list(collection: Any) -> None:
    """Let filters of this collection (a view class) be saved; of several of the same records the
    first counts."""
    _collections.setdefault(collection.queryset.model._meta.label_lower, collection)


class ApiList:
    """The list of one kind of record in the API."""

    surface = Surface.API

    def __init__(self, record_type: str, collection: Any) -> None:
        self.record_type = record_type
        self.collection = collection

    def unknown_parameters(self, query: Query) -> list[str]:
        """Those that neither a filter nor search nor ordering reads; pages are none of them."""
        known = known_parameters(self.collection)
        return [name for name in query if name not in known]


def list_of(record_type: str) -> ApiList | None:
    """The list of such records; None when there is none."""
    collection = _collections.get(record_type)
    return None if collection is None else ApiList(record_type, collection)


def viewable_types(user: Any) -> Iterator[str]:
    """The kinds of record with a list that the person may view."""
    for record_type in sorted(_collections):
        if user.has_perm(permission_for("view", record_type)):
            yield record_type


@functools.cache
def known_parameters(collection: Any) -> frozenset[str]:
    """The parameters by which the collection filters, searches and sorts."""
    view = collection()
    names = set(collection.own_parameters)
    for backend in collection.filter_backends:
        if issubclass(backend, DjangoFilterBackend):
            filters = backend().get_filterset_class(view, collection.queryset)
            names |= set(filters.base_filters) if filters is not None else set()
        elif issubclass(backend, SearchFilter) and getattr(view, "search_fields", None):
            names.add(backend().search_param)
        elif issubclass(backend, OrderingFilter) and getattr(view, "ordering_fields", None):
            names.add(backend().ordering_param)
    return frozenset(names)
