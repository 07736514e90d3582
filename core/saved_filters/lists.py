"""A list as saved filters know it. The doors describe theirs."""

from __future__ import annotations

from typing import Any, Protocol

from core.saved_filters.models import Surface
from core.saved_filters.queries import Query


class RecordList(Protocol):
    """The list of one kind of record on one surface."""

    surface: Surface
    #: The model of the records, such as "commodities.commodity".
    record_type: str

    def unknown_parameters(self, query: Query) -> list[str]:
        """The parameters that the list would not understand, in their order."""


def permission_for(verb: str, record_type: str) -> str:
    """Django's name of the permission: "commodities.view_commodity"."""
    application, _, model = record_type.partition(".")
    return f"{application}.{verb}_{model}"


def may_share(user: Any, record_type: str) -> bool:
    """Whether the person may change such records, and with it share filters of their list."""
    return bool(user.has_perm(permission_for("change", record_type)))
