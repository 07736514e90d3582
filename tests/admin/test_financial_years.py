"""The pages of financial years: the tab, the buttons that a state allows, the checklist."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Order
from settings_modules.organizations.models import (
    ApprovalRequest,
    DocumentSeries,
    FinancialYear,
    Organization,
    YearStatus,
)
from tests.admin.conftest import sign_in
from tests.admin.sent_forms import opened
from tests.factories.catalog import make_order, make_product
from tests.factories.organizations import make_member
from tests.factories.years import make_series, make_year

pytestmark = pytest.mark.django_db
YEARS = "/admin/organizations/financialyear"
#: Every record has these.
PLAIN_PAGES = {"change", "delete", "history", "where-used"}


@pytest.fixture
def organization() -> Organization:
    return Organization.objects.create(name="Mine")


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def page(client: Client, year: FinancialYear, name: str, **sent: str) -> Any:
    """The page that asks; with values, what it answers to them."""
    address = f"{YEARS}/{year.pk}/{name.rstrip('/')}/"
    if not sent:
        return client.get(address)
    return client.post(address, {"_confirm": "yes"} | sent, follow=True)


def agree(client: Client, year: FinancialYear, name: str) -> str:
    return text_of(client.post(f"{YEARS}/{year.pk}/{name}/", {"_confirm": "yes"}, follow=True))


def offered(client: Client, year: FinancialYear) -> set[str]:
    text = client.get(f"{YEARS}/{year.pk}/change/").content.decode()
    return set(re.findall(rf'href="{YEARS}/{year.pk}/([a-z-]+)/"', text)) - PLAIN_PAGES


@pytest.mark.parametrize(
    ("status", "given", "pages"),
    [
        ("draft", {}, {"open"}),
        ("draft", {"allow_year_split": True}, {"open", "split"}),
        ("open", {}, {"activate", "close", "audit", "roll-forward"}),
        (
            "open",
            {"allow_year_split": True},
            {
                "activate",
                "close",
                "audit",
                "roll-forward",
                "split",
            },
        ),
        ("closed", {}, {"roll-forward", "reopen", "lock"}),
        ("locked", {}, {"roll-forward"}),
    ],
)
def test_page_offers_what_the_state_allows(status, given, pages, organization, boss_client):
    make_year(organization, "2030-04-01")
    year = make_year(organization, status=status, is_active=False, **given)
    assert offered(boss_client, year) == pages


def test_active_year_is_not_offered_to_become_it(organization, boss_client):
    assert "activate" not in offered(boss_client, make_year(organization))


def test_viewer_is_offered_nothing(organization):
    year = make_year(organization)
    client = sign_in(make_member(organization, "administrator"))
    assert offered(client, year) == set()
    for name in ("open", "activate", "close", "audit", "roll-forward", "split", "reopen", "lock"):
        assert page(client, year, name).status_code == 403, name


def test_years_of_another_organization_are_not_there(organization):
    year = make_year(organization)
    client = sign_in(make_member(Organization.objects.create(name="Other"), "owner"))
    for name in ("change/", "open", "close", "roll-forward", "split", "reopen", "lock"):
        assert page(client, year, name).status_code == 404, name


def test_year_is_added_on_its_page_with_a_warning_about_the_gap(organization, boss_client):
    make_year(organization, "2024-04-01")
    sent = {
        "organization": organization.pk,
        "name": "",
        "start_date": "2026-04-01",
        "end_date": "2027-03-31",
    }
    text = text_of(boss_client.post(f"{YEARS}/add/", sent, follow=True))
    year = FinancialYear.objects.get(name="FY 2026-27")
    assert (year.status, year.start_date) == ("draft", date(2026, 4, 1))
    assert "No financial year is set up from 1 Apr 2025 to 31 Mar 2026." in text


def test_overlap_is_shown_on_its_field_with_the_names(organization, boss_client):
    make_year(organization, "2025-04-01")
    sent = {
        "organization": organization.pk,
        "start_date": "2026-01-01",
        "end_date": "2026-12-31",
    }
    response = boss_client.post(f"{YEARS}/add/", sent)
    form = response.context["adminform"].form
    assert form.errors == {"start_date": ["The dates overlap FY 2025-26."]}


def test_year_is_added_in_the_tab_of_its_organization(organization, boss_client):
    address = f"/admin/organizations/organization/{organization.pk}/change/"
    sent: dict[str, Any] = opened(boss_client, address, "organization_form")
    sent |= {
        "financial_years-TOTAL_FORMS": "1",
        "financial_years-0-organization": str(organization.pk),
        "financial_years-0-id": "",
        "financial_years-0-name": "",
        "financial_years-0-start_date": "2026-04-01",
        "financial_years-0-end_date": "2027-03-31",
    }
    assert boss_client.post(address, sent).status_code == 302
    year = organization.financial_years.get()
    assert (year.name, year.status) == ("FY 2026-27", "draft")
    sent["financial_years-0-start_date"] = "2026-10-01"
    sent["financial_years-0-end_date"] = "2027-09-30"
    assert "The dates overlap FY 2026-27." in text_of(boss_client.post(address, sent))


def test_organization_page_asks_as_often_for_three_years_as_for_one(organization, boss_client):
    address = f"/admin/organizations/organization/{organization.pk}/change/"
    make_year(organization, "2026-04-01")
    boss_client.get(address)
    with CaptureQueriesContext(connection) as one:
        boss_client.get(address)
    for first in (2027, 2028):
        make_year(organization, f"{first}-04-01", is_active=False)
    with CaptureQueriesContext(connection) as three:
        boss_client.get(address)
    assert len(three) == len(one), "\n".join(query["sql"] for query in three)


def test_dates_of_an_opened_year_are_not_inputs(organization, boss_client):
    form = boss_client.get(f"{YEARS}/{make_year(organization).pk}/change/").context["adminform"]
    assert set(form.form.fields) & {"name", "start_date", "end_date", "organization"} == {"name"}


def test_draft_is_opened_activated_and_locked_by_buttons(organization, boss_client):
    old = make_year(organization, "2025-04-01")
    year = make_year(organization, status="draft", is_active=False)
    assert "FY 2026-27: opened." in agree(boss_client, year, "open")
    assert "FY 2026-27: active from now on." in agree(boss_client, year, "activate")
    old.refresh_from_db()
    assert old.is_active is False
    FinancialYear.objects.filter(pk=old.pk).update(status=YearStatus.CLOSED)
    assert "FY 2025-26: locked for good." in agree(boss_client, old, "lock")
    text = text_of(boss_client.get(f"{YEARS}/{old.pk}/change/"))
    assert 'name="_save"' not in text


def test_checklist_counts_links_and_asks_for_reasons(boss_client):
    order = make_order((make_product(), 1))
    year = make_year(order.organization, f"{order.placed_at.year}-01-01")
    text = text_of(page(boss_client, year, "close"))
    (link,) = re.findall(r'href="(/admin/catalog/order/\?[^"]*)">1 found</a>', text)
    listed = boss_client.get(link.replace("&amp;", "&")).context["cl"].result_list
    assert [row.pk for row in listed] == [order.pk]
    assert text.count("nothing found") == 4
    assert "Close although: Orders neither shipped nor cancelled" in text
    refused = page(boss_client, year, "close", waive_orders_open="")
    assert "This field is required." in text_of(refused)
    done = page(boss_client, year, "close", waive_orders_open="ships tomorrow")
    assert f"FY {order.placed_at.year}: closed." in text_of(done)
    year.refresh_from_db()
    assert (year.status, year.closing_waivers) == ("closed", {"orders_open": "ships tomorrow"})
    shown = text_of(boss_client.get(f"{YEARS}/{year.pk}/change/"))
    assert "Orders neither shipped nor cancelled: <bdi>ships tomorrow</bdi>" in shown


def test_history_shows_what_was_waived(boss_client, organization):
    year = make_year(organization)
    FinancialYear.objects.update(
        status="closed", closing_waivers={"orders_open": "they ship in May"}
    )
    text = text_of(boss_client.get(f"{YEARS}/{year.pk}/history/"))
    assert '<td class="tp-after"><bdi>orders_open: they ship in May</bdi></td>' in text


def test_blocking_point_takes_the_button_away(boss_client, organization):
    Organization.objects.filter(pk=organization.pk).update(gst_audit_required=True)
    year = make_year(organization)
    text = text_of(page(boss_client, year, "close"))
    assert "must be settled" in text
    assert 'type="submit"' not in text.partition('name="_confirm"')[2].partition("</form>")[0]
    assert "FY 2026-27: audit noted." in agree(boss_client, year, "audit")
    assert "audit-back" in offered(boss_client, year)
    assert "FY 2026-27: closed." in agree(boss_client, year, "close")


def test_roll_forward_page_previews_first_numbers(organization, boss_client):
    year = make_year(organization, status=YearStatus.CLOSED)
    make_series(year, prefix="INV/26-27/", last_number=12)
    text = text_of(page(boss_client, year, "roll-forward"))
    assert '<bdi dir="ltr">INV/27-28/000001</bdi>' in text
    assert "1 Apr 2027 – 31 Mar 2028" in text
    assert 'name="activate"' not in text
    assert "FY 2026-27: rolled forward." in agree(boss_client, year, "roll-forward")
    following = FinancialYear.objects.get(name="FY 2027-28")
    series = DocumentSeries.objects.get(financial_year=following)
    assert (following.is_active, series.prefix, series.last_number) == (True, "INV/27-28/", 0)


def test_open_year_is_followed_by_an_active_one_when_asked(organization, boss_client):
    year = make_year(organization)
    assert 'name="activate"' in text_of(page(boss_client, year, "roll-forward"))
    page(boss_client, year, "roll-forward", activate="on")
    assert FinancialYear.objects.get(is_active=True).name == "FY 2027-28"


def test_year_is_split_on_its_page(organization, boss_client):
    year = make_year(organization, allow_year_split=True)
    text = text_of(page(boss_client, year, "split", at="2026-04-01"))
    assert "The second part begins between 2026-04-03 and 2027-03-30." in text
    page(boss_client, year, "split", at="2026-10-01")
    names = organization.financial_years.values_list("name", flat=True)
    assert list(names) == ["FY 2026-10/2027-03", "FY 2026-04/2026-09"]


def test_closed_year_is_opened_again_by_two_people(organization):
    year = make_year(organization, status=YearStatus.CLOSED)
    asker = sign_in(make_member(organization, "finance"))
    second = sign_in(make_member(organization, "owner"))
    assert "FY 2026-27: a second person is asked." in text_of(
        page(asker, year, "reopen", reason="a late invoice")
    )
    request = ApprovalRequest.objects.get()
    there = f"/admin/organizations/approvalrequest/{request.pk}"
    own = text_of(asker.get(f"{there}/change/"))
    assert (f"{there}/withdraw/" in own, f"{there}/agree/" in own) == (True, False)
    seen = text_of(second.get(f"{there}/change/"))
    assert "<td>Status</td>" in seen
    assert '<td class="tp-before"><bdi>closed</bdi></td>' in seen
    assert '<td class="tp-after"><bdi>open</bdi></td>' in seen
    refused = asker.post(f"{there}/agree/", {"_confirm": "yes", "note": ""})
    assert "You asked for this change: somebody else decides about it." in text_of(refused)
    done = second.post(f"{there}/agree/", {"_confirm": "yes", "note": "seen"}, follow=True)
    assert "agreed to and carried out." in text_of(done)
    year.refresh_from_db()
    request.refresh_from_db()
    assert (year.status, request.decision, request.note) == ("open", "agreed", "seen")
    assert Order.objects.count() == 0


def test_pages_speak_arabic(organization, boss_client):
    year = make_year(organization)
    boss_client.cookies["django_language"] = "ar"
    text = text_of(page(boss_client, year, "close"))
    for shown in ("إغلاق السنة", "طلبات لم تُشحن ولم تُلغَ", "لم يُعثر على شيء"):
        assert shown in text
