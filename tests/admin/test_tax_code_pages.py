"""The pages of tax codes: search, revisions, suggestions, verifying, deciding."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

import pytest

from settings_modules.commodities.models import TaxRate, TaxRateRevision
from settings_modules.commodities.services.hsn_knowledge import verify_knowledge
from settings_modules.commodities.services.rate_revisions import apply_revision
from tests.admin.conftest import make_staff, sign_in
from tests.factories.tax_codes import make_knowledge, make_tax_code, make_tax_rate

pytestmark = pytest.mark.django_db

PAGES = "/admin/commodities"


def text_of(client, address: str) -> str:
    return client.get(f"{PAGES}/{address}").content.decode()


def test_search_lists_the_best_fitting_code_first(boss_client):
    make_tax_code("97010011", "ACCORDIONS PLAYED WITH ZITHERS AND OTHER THINGS")
    make_tax_code("97010012", "ZITHERS")
    text = text_of(boss_client, "taxcode/?q=zither")
    assert 0 < text.index("97010012") < text.index("97010011")


def test_autocompletion_of_a_reference_searches_the_same_way(boss_client):
    make_tax_code("97010011", "ACCORDIONS")
    make_tax_code("97010012", "ZITHERS")
    asked = "app_label=commodities&model_name=commodity&field_name=tax_code&term=zithers"
    answer = boss_client.get(f"/admin/autocomplete/?{asked}")
    assert [each["text"] for each in json.loads(answer.content)["results"]] == [
        "97010012 · ZITHERS"
    ]


def test_code_page_says_whose_rate_it_has(boss_client):
    make_tax_rate(make_tax_code("97"), "12.5")
    code = make_tax_code("97010011")
    assert "12.5 %, from code 97" in text_of(boss_client, f"taxcode/{code.pk}/change/")


REVISION = {
    "kind": "hsn",
    "codes": "97",
    "is_prefix": "on",
    "rate": "5",
    "valid_from": "2026-10-01",
    "notification": "09/2025",
}


def test_revision_is_shown_first_and_applied_then(boss_client):
    make_tax_rate(make_tax_code("97", "ZITHERS"), "18")
    address = f"{PAGES}/taxraterevision/revise/"
    shown = boss_client.post(address, REVISION).content.decode()
    assert "<td>18.000 %</td><td>5 %</td>" in shown
    assert TaxRate.objects.count() == 1
    answer = boss_client.post(address, {**REVISION, "_apply": ""})
    revision = TaxRateRevision.objects.get()
    assert answer["Location"] == f"{PAGES}/taxraterevision/{revision.pk}/change/"
    assert TaxRate.objects.count() == 2
    boss_client.post(f"{PAGES}/taxraterevision/{revision.pk}/reverse/", {"_confirm": "yes"})
    assert TaxRate.objects.get().valid_until is None


def test_refused_revision_says_why_on_its_field(boss_client):
    make_tax_rate(make_tax_code("97"), "18", valid_from=datetime.date(2027, 1, 1))
    sent = {**REVISION, "_apply": ""}
    text = boss_client.post(f"{PAGES}/taxraterevision/revise/", sent).content.decode()
    assert "1 codes have a rate that begins or ends on that day or later: 97." in text
    assert not TaxRateRevision.objects.exists()


def test_viewer_of_revisions_cannot_revise(db):
    apply_revision(
        codes=[make_tax_code().code],
        rate=Decimal(5),
        valid_from=datetime.date(2026, 1, 1),
        notification="1",
    )
    client = sign_in(make_staff("commodities.view_taxraterevision"))
    assert client.get(f"{PAGES}/taxraterevision/").status_code == 200
    assert client.post(f"{PAGES}/taxraterevision/revise/", REVISION).status_code == 403
    assert TaxRateRevision.objects.count() == 1


def test_suggestions_show_code_confidence_and_reason(boss_client):
    make_knowledge("Zither", make_tax_code("97010011"))
    text = text_of(boss_client, "hsnknowledge/suggest/?name=zither")
    assert "97010011" in text
    assert "<td>0.90</td>" in text
    assert "is known by this name" in text
    assert "Neither the knowledge" in text_of(boss_client, "hsnknowledge/suggest/?name=zyzzyva")


def test_person_verifies_on_a_page_that_shows_the_official_list(boss, boss_client):
    row = make_knowledge("Zither", make_tax_code("96010011", "OTHER"))
    make_tax_code("97010011", "ZITHERS, STRUNG")
    address = f"hsnknowledge/{row.pk}/verify/"
    text = text_of(boss_client, address)
    assert "ZITHERS, STRUNG" in text
    boss_client.post(f"{PAGES}/{address}", {"_confirm": "yes"})
    row.refresh_from_db()
    assert (row.is_verified, row.verified_by) == (True, boss)


def test_conflict_is_decided_on_its_page(boss_client):
    rows = [make_knowledge("Zither"), make_knowledge("zither")]
    for row in rows:
        verify_knowledge(knowledge=row)
    conflict = rows[1].conflicts.get()
    address = f"{PAGES}/taxcodeconflict/{conflict.pk}/decide/"
    assert rows[0].tax_code.code in boss_client.get(address).content.decode()
    boss_client.post(address, {"_confirm": "yes", "kept": str(rows[0].pk), "note": ""})
    rows[1].refresh_from_db()
    conflict.refresh_from_db()
    assert (rows[1].is_active, conflict.kept) == (False, rows[0].tax_code)


def test_reader_who_may_not_verify_is_refused(db):
    row = make_knowledge()
    client = sign_in(make_staff("commodities.view_hsnknowledge"))
    answer = client.post(f"{PAGES}/hsnknowledge/{row.pk}/verify/", {"_confirm": "yes"})
    row.refresh_from_db()
    assert (answer.status_code, row.is_verified) == (403, False)
