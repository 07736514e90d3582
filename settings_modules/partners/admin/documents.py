"""What applications above list on the page of a partner: its orders.

They know partners, partners do not know them: each declares how its documents are found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from settings_modules.partners.models import BusinessPartner


@dataclass(frozen=True, slots=True)
class DocumentList:
    """The first documents of a partner by text and address, and where all of them are."""

    rows: list[tuple[str, str]]
    list_address: str


#: Takes the partner and the account that looks; None for whom there is nothing to see.
FindDocuments = Callable[[BusinessPartner, Any], DocumentList | None]
_finders: dict[str, FindDocuments] = {}


def declare_documents(name: str, find: FindDocuments) -> None:
    """List what `find` finds on the page of a partner."""
    _finders[name] = find


def shown_documents(partner: BusinessPartner, user: Any) -> str:
    """The documents of the partner that the account may see, with links; a dash for none."""
    found = (find(partner, user) for find in _finders.values())
    lists = [each for each in found if each is not None and each.rows]
    return format_html_join("", "{}", ((_shown(each),) for each in lists)) or "—"


def _shown(documents: DocumentList) -> str:
    rows = format_html_join(
        "",
        '<li><a class="tp-link" href="{}"><bdi>{}</bdi></a></li>',
        ((address, text) for text, address in documents.rows),
    )
    return format_html(
        '<ul class="tp-parts">{}</ul><a class="tp-link" href="{}">{}</a>',
        rows,
        documents.list_address,
        _("Show all"),
    )
