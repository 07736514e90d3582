"""The audit trail as CSV: a line for each changed field, nothing that a spreadsheet computes."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from catalog.models import Category
from core.api.audit_csv import safe_cell
from core.history import selectors
from core.history.context import history_context
from tests.core.audit_rows import by, changed_category, signed_in

BASE = "/api/v1/audit"
pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> Client:
    """Staff who may view categories and price lists."""
    return signed_in("viewer", "view_category", "view_pricelist")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+9", "'+9"),
        ("-9", "'-9"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("a=b", "a=b"),
        (Decimal("-1.50"), "'-1.50"),
        (None, ""),
        (True, "True"),
    ],
)
def test_cell_that_a_spreadsheet_would_compute_is_escaped(value, cell):
    assert safe_cell(value) == cell


def test_export_has_a_line_for_each_changed_field(viewer, monkeypatch):
    monkeypatch.setattr(selectors, "BATCH", 2)
    category = changed_category()
    with by("user:7", reason="=cmd"), history_context():
        Category.objects.filter(pk=category.pk).update(name_en='=HYPERLINK("x")')
    address = f"{BASE}/catalog.category/{category.pk}/export.csv"
    answer = viewer.get(address, headers={"accept": "text/csv"})
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"] == (
        f'attachment; filename="catalog.category-{category.pk}.csv"'
    )
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode())))
    parent = Category.objects.get(name_en="Power").pk
    assert [(row["operation"], row["field"], row["old"], row["new"]) for row in rows] == [
        ("update", "name_en", "Wires", '\'=HYPERLINK("x")'),
        ("update", "parent", "", str(parent)),
        ("update", "name_en", "Cables", "Wires"),
        ("update", "name_ar", "", "أسلاك"),
        ("insert", "name_en", "", "Cables"),
        ("insert", "is_active", "", "True"),
    ]
    assert (rows[0]["reason"], rows[0]["actor"]) == ("'=cmd", "user:7")
    assert datetime.fromisoformat(rows[0]["changed_at"]).tzinfo == UTC
    narrowed = b"".join(viewer.get(f"{address}?actor=user:8")).decode()
    assert len(narrowed.splitlines()) == 2
