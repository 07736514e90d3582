"""Reading Zoho's item list so that rows which move while it is read are not lost.

The list is sorted by time of change and read by restarting after the last time seen; page numbers
are used only inside one second that fills a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from integrations.zoho.client import Answer, ZohoClient
from integrations.zoho.errors import MalformedAnswer
from integrations.zoho.mapping import BadRow, moment, zoho_time

ROWS_A_PAGE = 200
MOST_PAGES = 5000
ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One page. `read_to` is the time up to which everything was seen; None when that is unknown.

    `is_all_statuses` tells whether Zoho confirmed that inactive items are included.
    """

    rows: list[dict[str, Any]]
    read_to: datetime | None
    is_all_statuses: bool
    date: datetime


def changed_items(client: ZohoClient, since: datetime | None) -> Iterator[ItemPage]:
    """Every item changed at `since` or later; all items for None. An item may come twice.

    When Zoho ignored the filter or the order, every page is read instead.
    Raises what the client raises; MalformedAnswer for a list that does not end.
    """
    bound, page = since, 1
    crowded: list[datetime] = []
    for _ in range(MOST_PAGES):
        answer = _fetch(client, bound, page)
        rows = answer.rows("items")
        times = _times(rows)
        if not _is_as_asked(rows, times, bound):
            yield from _every_page(client)
            return
        yield _page(answer, rows, times[-1] if times else None)
        if not answer.has_more:
            break
        if not times:
            raise MalformedAnswer("an empty page says that there are more")
        following = times[-1] - ONE_SECOND
        if bound is None or following > bound:
            bound, page = following, 1
        else:
            page += 1
            if bound not in crowded:
                crowded.append(bound)
    else:
        raise MalformedAnswer("the list of items does not end")
    for second in crowded:
        yield from _again(client, second)


def _again(client: ZohoClient, second: datetime) -> Iterator[ItemPage]:
    """A second read by page numbers once more: rows may have moved between its pages."""
    for page in range(1, MOST_PAGES):
        answer = _fetch(client, second, page)
        rows = answer.rows("items")
        times = _times(rows)
        yield _page(answer, rows, None)
        if not answer.has_more or not times or times[-1] > second + ONE_SECOND:
            return


def _every_page(client: ZohoClient) -> Iterator[ItemPage]:
    before: list[Any] = []
    for page in range(1, MOST_PAGES):
        answer = client.get("/items", {**_base(page), "sort_column": "created_time"})
        rows = answer.rows("items")
        ids = [row.get("item_id") for row in rows]
        if ids and ids == before:
            raise MalformedAnswer("Zoho gives the same page again")
        yield _page(answer, rows, None)
        if not answer.has_more:
            return
        before = ids
    raise MalformedAnswer("the list of items does not end")


def _base(page: int) -> dict[str, str]:
    return {
        "filter_by": "Status.All",
        "sort_order": "A",
        "per_page": str(ROWS_A_PAGE),
        "page": str(page),
    }


def _fetch(client: ZohoClient, bound: datetime | None, page: int) -> Answer:
    asked = {**_base(page), "sort_column": "last_modified_time"}
    if bound is not None:
        asked["last_modified_time"] = zoho_time(bound)
    return client.get("/items", asked)


def _page(answer: Answer, rows: list[dict[str, Any]], read_to: datetime | None) -> ItemPage:
    applied = answer.page_context.get("applied_filter")
    return ItemPage(rows, read_to, applied == "Status.All", answer.date)


def _times(rows: list[dict[str, Any]]) -> list[datetime]:
    times = []
    for row in rows:
        try:
            times.append(moment(row, "last_modified_time"))
        except BadRow:
            continue
    return times


def _is_as_asked(rows: list[dict[str, Any]], times: list[datetime], bound: datetime | None) -> bool:
    if rows and not times:
        return False
    if bound is not None and times and min(times) < bound:
        return False
    return times == sorted(times)
