"""Search of tax codes: by the beginning of the code, by words, ranked, by the indexes."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.db import connection

from settings_modules.commodities.models import TaxCode
from settings_modules.commodities.selectors.tax_codes import search_tax_codes
from tests.factories.tax_codes import make_tax_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def codes(db):
    for code, text in {
        "97": "ZITHERS OF ALL KINDS",
        "9701": "ZITHERS, STRUNG",
        "97010011": "ZITHERS, STRUNG WITH GUT, HAND-MADE",
        "9702": "ACCORDIONS PLAYED WITH ZITHERS",
        "98010011": "OTHER",
    }.items():
        make_tax_code(code, text)


def found(text: str) -> list[str]:
    return [row.code for row in search_tax_codes(text)]


@pytest.mark.parametrize("text", ["9701", "97.01", " 97 01 ", "٩٧٠١"])
def test_digits_are_the_beginning_of_a_code(codes, text):
    assert found(text) == ["9701", "97010011"]


def test_words_find_their_stems_and_all_words_come_first(codes):
    assert found("strung zither")[:2] == ["9701", "97010011"]
    assert found("accordion") == ["9702"]


def test_misspelt_word_finds_what_resembles_it(codes):
    assert found("acordions") == ["9702"]


def test_nothing_found_and_nothing_asked(codes):
    assert (found("qqqqqq"), found("  "), found("\0")) == ([], [], [])


def test_codes_that_are_switched_off_are_not_offered(codes):
    TaxCode.objects.filter(code="9701").update(is_active=False)
    assert found("9701") == ["97010011"]
    assert [row.code for row in search_tax_codes("9701", TaxCode.objects.all())] == [
        "9701",
        "97010011",
    ]


def test_search_is_one_query(codes, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(search_tax_codes("zithers")[:20])


def nodes(plan: dict) -> list[dict]:
    return [plan, *(each for child in plan.get("Plans", ()) for each in nodes(child))]


def plan_of(text: str) -> list[dict]:
    explained = search_tax_codes(text).explain(format="json")
    return nodes(json.loads(explained)[0]["Plan"])


def word(number: int) -> str:
    """A word that no other number has."""
    return hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()[:9]


@pytest.fixture
def many(db):
    TaxCode.objects.bulk_create(
        TaxCode(
            kind="hsn",
            code=f"96{number:06d}",
            description=f"{word(number)} {word(number + 7)} {word(number + 9)}",
        )
        for number in range(8_000)
    )
    with connection.cursor() as cursor:
        # What the background does after an import.
        for name in ("words", "text"):
            cursor.execute("SELECT gin_clean_pending_list(%s)", [f"commodities_tax_code_{name}"])
        cursor.execute("ANALYZE commodities_taxcode")


def scans(text: str) -> list[tuple[str, str]]:
    """How the table is read: each scan with its index."""
    found_nodes = [node for node in plan_of(text) if node["Node Type"].endswith("Scan")]
    return [(node["Node Type"], node.get("Index Name", "")) for node in found_nodes]


def test_prefix_is_found_by_one_index_scan(many):
    [(kind, index)] = scans("960000")
    assert kind == "Index Scan"
    assert index.startswith("commodities_tax_code_")


def test_words_are_found_by_both_text_indexes_in_one_scan(many):
    assert scans(f"{word(77)} {word(84)}") == [
        ("Bitmap Heap Scan", ""),
        ("Bitmap Index Scan", "commodities_tax_code_words"),
        ("Bitmap Index Scan", "commodities_tax_code_text"),
    ]
