"""What every Zoho list does: search, filter, sort, page, and say so in ``page_context``."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from .clock import parse_stamp
from .exchange import Call
from .jsontext import JsonObject
from .replies import Reply, invalid_value

PER_PAGE_MAX = 200

Getter = Callable[[JsonObject], Any]
Predicate = Callable[[JsonObject], bool]

_NUMBER_TESTS: dict[str, tuple[str, Callable[[Decimal, Decimal], bool]]] = {
    "": ("equal", lambda have, want: have == want),
    "_less_than": ("less_than", lambda have, want: have < want),
    "_less_equals": ("less_equals", lambda have, want: have <= want),
    "_greater_than": ("greater_than", lambda have, want: have > want),
    "_greater_equals": ("greater_equals", lambda have, want: have >= want),
}
_TEXT_TESTS: dict[str, tuple[str, Callable[[str, str], bool]]] = {
    "": ("equal", lambda have, want: have == want),
    "_startswith": ("starts_with", lambda have, want: have.startswith(want)),
    "_contains": ("contains", lambda have, want: want in have),
}


@dataclass(frozen=True)
class ListShape:
    """How one list is named, searched, filtered and sorted."""

    key: str
    report_name: str
    sorts: Mapping[str, Getter]
    default_sort: str
    default_order: str = "A"
    texts: Mapping[str, Getter] = field(default_factory=dict)
    numbers: Mapping[str, Getter] = field(default_factory=dict)
    filters: Mapping[str, Predicate] = field(default_factory=dict)
    default_filter: str = "Status.All"
    id_field: str = ""
    filters_by_modification: bool = False


def list_reply(
    call: Call,
    shape: ListShape,
    records: Iterable[JsonObject],
    render: Callable[[JsonObject], JsonObject],
) -> Reply:
    """Return one page. Raises ZohoError 4 for a filter word or time that Zoho does not know."""
    rows = list(records)
    context: JsonObject = {"applied_filter": "Status.All"}
    criteria: list[JsonObject] = []
    if not call.ignore_filters:
        rows = _filtered(call, shape, rows, context)
        rows, criteria = _searched(call, shape, rows)
        if shape.filters_by_modification:
            rows = _modified_since(call, rows)
    rows, column, order = _sorted(call, shape, rows)
    page, per_page = _page(call)
    start = (page - 1) * per_page
    shown = [render(row) for row in rows[start : start + per_page]]
    page_context: JsonObject = {
        "page": page,
        "per_page": per_page,
        "has_more_page": start + per_page < len(rows),
        "report_name": shape.report_name,
        **context,
        "custom_fields": [],
        "sort_column": column,
        "sort_order": order,
    }
    if criteria:
        page_context["search_criteria"] = criteria
    return Reply(
        200, {"code": 0, "message": "success", shape.key: shown, "page_context": page_context}
    )


def _filtered(
    call: Call, shape: ListShape, rows: list[JsonObject], context: JsonObject
) -> list[JsonObject]:
    wanted = call.query.get("filter_by") or shape.default_filter
    if wanted != "Status.All":
        if wanted not in shape.filters:
            raise invalid_value("filter_by")
        rows = [row for row in rows if shape.filters[wanted](row)]
    context["applied_filter"] = wanted
    return rows


def _searched(
    call: Call, shape: ListShape, rows: list[JsonObject]
) -> tuple[list[JsonObject], list[JsonObject]]:
    criteria = []
    for name, value in call.query.items():
        found = _criterion(shape, name, value)
        if found is None:
            continue
        column, comparator, keeps = found
        rows = [row for row in rows if keeps(row)]
        criteria.append(
            {
                "column_name": column,
                "search_text": value,
                "search_text_formatted": value,
                "comparator": comparator,
            }
        )
    return rows, criteria


def _criterion(shape: ListShape, name: str, value: str) -> tuple[str, str, Predicate] | None:
    for column, getter in shape.texts.items():
        suffix = name.removeprefix(column) if name.startswith(column) else None
        if suffix is not None and suffix in _TEXT_TESTS:
            comparator, text_test = _TEXT_TESTS[suffix]
            wanted = value.casefold()
            return column, comparator, _text_predicate(getter, text_test, wanted)
    for column, getter in shape.numbers.items():
        suffix = name.removeprefix(column) if name.startswith(column) else None
        if suffix is not None and suffix in _NUMBER_TESTS:
            comparator, number_test = _NUMBER_TESTS[suffix]
            return column, comparator, _number_predicate(getter, number_test, _number(name, value))
    return None


def _text_predicate(getter: Getter, test: Callable[[str, str], bool], wanted: str) -> Predicate:
    return lambda row: test(str(getter(row)).casefold(), wanted)


def _number_predicate(
    getter: Getter, test: Callable[[Decimal, Decimal], bool], wanted: Decimal
) -> Predicate:
    return lambda row: test(Decimal(getter(row)), wanted)


def _number(name: str, value: str) -> Decimal:
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise invalid_value(name) from error


def _modified_since(call: Call, rows: list[JsonObject]) -> list[JsonObject]:
    text = call.query.get("last_modified_time", "")
    if not text:
        return rows
    try:
        since = parse_stamp(text)
    except ValueError as error:
        raise invalid_value("last_modified_time") from error
    if call.world.switches["lmt_filter"] == "exclusive":
        since += 1
    return [row for row in rows if row["modified"] >= since]


def _sorted(
    call: Call, shape: ListShape, rows: list[JsonObject]
) -> tuple[list[JsonObject], str, str]:
    column = call.query.get("sort_column", "")
    order = call.query.get("sort_order", "")
    if column not in shape.sorts:
        column = shape.default_sort
        order = order or shape.default_order
    order = order if order in ("A", "D") else "A"
    ties_backwards = call.unstable_ties and _odd_call(call)
    rows = sorted(rows, key=lambda row: row[shape.id_field], reverse=ties_backwards)
    getter = shape.sorts[column]
    rows.sort(key=getter, reverse=order == "D")
    return rows, column, order


def _odd_call(call: Call) -> bool:
    call.world.ties += 1
    return call.world.ties % 2 == 1


def _page(call: Call) -> tuple[int, int]:
    page = _positive(call.query.get("page", ""), 1)
    return page, min(_positive(call.query.get("per_page", ""), PER_PAGE_MAX), PER_PAGE_MAX)


def _positive(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 10**9 else default
