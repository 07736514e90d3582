"""Exchange rates by files: found by pair, day and source, checked, written, undone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.importing.errors import ImportHasNothingToWrite
from core.importing.exporting import export_chunks
from core.importing.findings import finding_message
from core.importing.models import ImportFinding, RunState
from core.importing.resources import find_import_resource
from core.importing.templates import template_chunks
from settings_modules.commodities.models import ExchangeRate
from settings_modules.commodities.services.exchange_rates import override_rate
from tests.core.importing.conftest import (
    applied,
    checked,
    csv_bytes,
    findings,
    outcomes,
    undone,
)
from tests.factories.exchange_rates import make_rate

pytestmark = pytest.mark.django_db

HEAD = ["Base", "Quote", "Rate", "Date", "Source", "Note"]
DAY = date(2026, 4, 1)


def rates(*rows: list[str]):
    return checked(csv_bytes([HEAD, *rows]), resource="exchange-rates")


def stored():
    rows = ExchangeRate.objects.order_by("key")
    return [(row.key, row.rate, row.is_override) for row in rows]


def test_file_adds_changes_and_leaves_alone():
    make_rate(rate="84", valid_on=DAY, source="Bank")
    make_rate("EUR", "INR", "91.5", DAY, "Bank")
    run = rates(
        ["usd", "inr", "84.5", "2026-04-01", "BANK", ""],
        ["EUR", "INR", "91.50", "2026-04-01", "Bank", ""],
        ["USD", "INR", "84.6", "2026-04-02", "Bank", "second day"],
        ["USD", "IQD", "١٣١٠", "٢٠٢٦-٠٤-٠١", "", ""],
    )
    assert findings(run) == []
    assert outcomes(run) == {2: "changed", 3: "unchanged", 4: "new", 5: "new"}
    run = applied(run)
    assert run.state == RunState.APPLIED
    assert stored() == [
        ("EUR/INR 20260401 BANK", Decimal("91.5"), False),
        ("USD/INR 20260401 BANK", Decimal("84.5"), False),
        ("USD/INR 20260402 BANK", Decimal("84.6"), False),
        ("USD/IQD 20260401 FILE", Decimal(1310), False),
    ]
    again = rates(["USD", "INR", "84.6", "2026-04-02", "Bank", "second day"])
    assert outcomes(again) == {2: "unchanged"}
    run = undone(run)
    assert (run.counts["removed"], run.counts["set_back"]) == (2, 1)
    assert [rate for _, rate, _ in stored()] == [Decimal("91.5"), Decimal(84)]


def test_every_wrong_row_is_named_with_its_reason():
    ahead = (timezone.localdate() + timedelta(days=3)).isoformat()
    run = rates(
        ["US", "INR", "84", "2026-04-01", "", ""],
        ["QQQ", "INR", "84", "2026-04-01", "", ""],
        ["INR", "INR", "84", "2026-04-01", "", ""],
        ["USD", "INR", "0", "2026-04-01", "", ""],
        ["USD", "INR", "much", "2026-02-29", "", ""],
        ["USD", "INR", "84", "1989-12-31", "", ""],
        ["USD", "INR", "84", ahead, "", ""],
        ["USD", "INR", "84", "2026-04-01", "override", ""],
        ["USD", "INR", "", "", "", ""],
        ["USD", "INR", "84", "2026-04-05", "", ""],
        ["USD", "INR", "85", "2026-04-05", "file", ""],
        ["USD", "INR", "0.0000000000001", "2026-04-06", "", ""],
        ["USD", "INR", "1000000000000", "2026-04-07", "", ""],
    )
    assert findings(run) == [
        (2, "base", "malformed_currency"),
        (3, "base", "currency_unknown"),
        (4, "quote", "currencies_equal"),
        (5, "rate", "rate_not_positive"),
        (6, "rate", "not_a_number"),
        (6, "valid_on", "not_a_day"),
        (7, "valid_on", "not_a_day"),
        (8, "valid_on", "day_ahead"),
        (9, "source", "source_reserved"),
        (10, "rate", "required"),
        (10, "valid_on", "required"),
        (11, "key", "twice_in_file"),
        (12, "key", "twice_in_file"),
        (13, "rate", "rate_not_positive"),
        (14, "rate", "too_large"),
    ]
    finding = ImportFinding.objects.get(run=run, number=7)
    assert finding_message(run.resource, finding.code, finding.facts, "en") == (
        "Not a day such as 2026-04-01, from 1990 on."
    )
    with pytest.raises(ImportHasNothingToWrite):
        applied(run)
    assert stored() == []


@pytest.mark.parametrize(
    ("text", "is_day"),
    [
        ("2024-02-29", True),
        ("2000-02-29", True),
        ("2023-02-29", False),
        ("2026-04-31", False),
        ("2026-12-31", True),
        ("2026-13-01", False),
        ("2026-00-01", False),
        ("2026-01-00", False),
        ("2026-1-1", False),
        ("01/04/2026", False),
        ("2026-04-01T00:00:00", False),
    ],
)
def test_day_is_one_of_the_calendar(text, is_day):
    run = rates(["USD", "INR", "84", text, "", ""])
    found = [] if is_day else [(2, "valid_on", "not_a_day")]
    if is_day and date.fromisoformat(text) > timezone.localdate() + timedelta(days=1):
        found = [(2, "valid_on", "day_ahead")]
    assert findings(run) == found


def test_override_is_not_touched_by_a_file():
    override_rate(base="USD", quote="INR", rate=Decimal(90), valid_on=DAY, reason="agreed")
    applied(rates(["USD", "INR", "84", "2026-04-01", "", ""]))
    assert [(rate, is_override) for _, rate, is_override in stored()] == [
        (Decimal(84), False),
        (Decimal(90), True),
    ]


def test_template_and_export_have_no_derived_column():
    make_rate(valid_on=DAY)
    resource = find_import_resource("exchange-rates")
    template = b"".join(template_chunks(resource, "csv")).decode()
    assert "[key]" not in template
    assert "[valid_on]" in template
    exported = b"".join(export_chunks(resource, ExchangeRate.objects.all(), "csv"))
    assert exported.decode().splitlines()[1] == "USD,INR,84.25,2026-04-01,manual,"
    run = checked(exported, resource="exchange-rates")
    assert (findings(run), outcomes(run)) == ([], {2: "unchanged"})
