"""Where a record is used, merging, switching off and safe removal on the pages of every master."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch

from catalog.models import Category, Order, PriceList, Product
from core.events.models import Event
from core.history.selectors import AuditQuestion, object_trail
from core.references.masters import declared_masters, master_of
from settings_modules.locations.models import Location
from settings_modules.organizations.models import Organization
from settings_modules.partners.models import BusinessPartner
from tests.admin.conftest import make_staff, sign_in
from tests.admin.rows import ROWS
from tests.admin.test_every_page import PAGES, address
from tests.factories.catalog import make_order, make_product
from tests.factories.organizations import make_member

#: The masters that have a page.
MASTERS = sorted(
    master.model._meta.label
    for master in declared_masters()
    if master.model in admin.site._registry
)


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def where_used(label: str, key: Any) -> str:
    return address(label, "where_used_page", key)


@pytest.fixture
def shelves(db: None) -> tuple[Category, Category]:
    return (
        Category.objects.create(name_en="Cables", name_ar="كابلات"),
        Category.objects.create(name_en="Cabels", name_ar="كبلات"),
    )


def merge_address(row: Category) -> str:
    return address("catalog.Category", "merge", row.pk)


def preview(client: Any, kept: Category, merged: Category, **given: str) -> Any:
    sent = {"into": str(kept.pk), "reason": "typed twice", "_preview": "yes", **given}
    return client.post(merge_address(merged), sent)


def seen_of(answer: Any) -> str:
    return re.search(r'name="seen" value="([^"]*)"', answer.content.decode())[1]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("label", MASTERS)
def test_every_master_has_its_page_and_a_button_to_it(label, language, boss_client):
    row = ROWS[label]()
    boss_client.cookies["django_language"] = language
    answer = boss_client.get(where_used(label, row.pk))
    assert answer.status_code == 200
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in text_of(answer)
    assert where_used(label, row.pk) in text_of(boss_client.get(address(label, "change", row.pk)))


def test_pages_of_other_records_have_no_such_address(boss_client):
    row = ROWS["catalog.Price"]()
    answer = boss_client.get(f"/admin/catalog/price/{row.pk}/where-used/", follow=True)
    assert answer.status_code == 404
    assert "where-used" not in text_of(boss_client.get(address("catalog.Price", "change", row.pk)))


def test_page_counts_names_and_links(boss_client, shelves):
    _, merged = shelves
    products = [make_product(category=merged, name=f"Cable {n}") for n in range(7)]
    text = text_of(boss_client.get(where_used("catalog.Category", merged.pk)))
    assert "<strong>Products</strong>" in text
    assert '<span class="tp-chip">7</span>' in text
    assert "and 2 more" in text
    first = address("catalog.Product", "change", products[0].pk)
    assert f'<a class="tp-link" href="{first}"><bdi>Cable 0</bdi></a>' in text
    every = f"{address('catalog.Product', 'changelist')}?category__id__exact={merged.pk}"
    assert f'href="{every}"' in text
    assert boss_client.get(every).status_code == 200
    assert "tp-empty" not in text


def test_unused_record_says_so_and_offers_removal(boss_client, shelves):
    text = text_of(boss_client.get(where_used("catalog.Category", shelves[0].pk)))
    assert "Nothing that you may see refers to this record." in text
    assert address("catalog.Category", "delete", shelves[0].pk) in text


@pytest.mark.parametrize("label", MASTERS)
def test_page_asks_as_often_for_three_rows_as_for_one(label, boss_client, shelves):
    row = ROWS[label]()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            boss_client.get(where_used(label, row.pk))
        return len(queries)

    def refer() -> None:
        product = make_product(stock="5")
        if label == "catalog.Category":
            Product.objects.filter(pk=product.pk).update(category=row)
        if label == "catalog.PriceList":
            product.prices.update(price_list=row)
        if label == "locations.Location":
            Location.objects.create(code=f"part-{product.pk}", parent=row)
        if label == "organizations.Organization":
            make_member(row, "viewer")
        if label == "partners.BusinessPartner":
            Order.objects.filter(pk=make_order((product, 1)).pk).update(partner=row)

    refer()
    asked()
    one = asked()
    refer()
    refer()
    assert asked() == one


class TestMerging:
    def test_chosen_looked_at_and_confirmed(self, boss, boss_client, shelves):
        kept, merged = shelves
        make_product(category=merged, name="Cable")
        opened = boss_client.get(merge_address(merged))
        assert "admin-autocomplete" in text_of(opened)
        shown = preview(boss_client, kept, merged)
        text = text_of(shown)
        assert "These will refer to “Cables”" in text
        assert "Afterwards “Cabels” is switched off." in text
        assert Product.objects.get().category_id == merged.pk
        done = boss_client.post(
            merge_address(merged),
            {
                "into": str(kept.pk),
                "reason": "typed twice",
                "_confirm": "yes",
                "seen": seen_of(shown),
            },
        )
        assert (done.status_code, done["Location"]) == (
            302,
            where_used("catalog.Category", kept.pk),
        )
        assert Product.objects.get().category_id == kept.pk
        merged.refresh_from_db()
        assert merged.is_active is False
        event = Event.objects.get(type="category.merged")
        assert (event.reason, event.actor) == ("typed twice", f"user:{boss.pk}")
        trail = object_trail(Category, str(merged.pk), AuditQuestion(), skip=0, limit=1)
        assert trail.entries[0].reason == "typed twice"

    def test_confirmed_without_having_seen_it_shows_it_first(self, boss_client, shelves):
        kept, merged = shelves
        sent = {"into": str(kept.pk), "reason": "r", "_confirm": "yes", "seen": "1:1:1"}
        answer = boss_client.post(merge_address(merged), sent)
        assert answer.status_code == 200
        merged.refresh_from_db()
        assert merged.is_active is True

    def test_what_stays_is_told_apart(self, boss_client):
        kept, merged = make_product(price=None), make_product(stock="0")
        answer = boss_client.post(
            address("catalog.Product", "merge", merged.pk),
            {"into": str(kept.pk), "reason": "r", "_preview": "yes"},
        )
        text = text_of(answer)
        moving, _, staying = text.partition("These stay as they are")
        assert "<strong>Prices</strong>" in moving
        assert "<strong>Stock</strong>" in staying
        assert "Stock and its movements stay with what they were counted for." in staying

    def test_obstacles_are_listed_and_no_button_offered(self, boss_client):
        kept = PriceList.objects.create(code="a", currency="USD")
        merged = PriceList.objects.create(code="b", currency="IQD")
        answer = boss_client.post(
            address("catalog.PriceList", "merge", merged.pk),
            {"into": str(kept.pk), "reason": "r", "_preview": "yes"},
        )
        text = text_of(answer)
        assert "One price list is in USD, the other in IQD." in text
        assert 'name="_confirm"' not in text

    def test_reason_is_wanted(self, boss_client, shelves):
        answer = preview(boss_client, *shelves, reason="")
        assert "This field is required." in text_of(answer)

    def test_refusal_between_preview_and_confirmation_is_shown(self, boss_client, shelves):
        kept, merged = shelves
        shown = preview(boss_client, kept, merged)
        Category.objects.filter(pk=kept.pk).update(parent=merged)
        kept.refresh_from_db()
        sent = {"into": str(kept.pk), "reason": "r", "_confirm": "yes"}
        answer = boss_client.post(merge_address(merged), {**sent, "seen": seen_of(shown)})
        assert answer.status_code == 200
        assert "The record to keep is a part of the other one" in text_of(answer)

    def test_needs_both_permissions(self, shelves):
        _, merged = shelves
        view, change = "catalog.view_category", "catalog.change_category"
        for permissions, status in (
            ((view, change), 403),
            ((view, "catalog.delete_category"), 403),
            ((view, change, "catalog.delete_category"), 200),
        ):
            client = sign_in(make_staff(*permissions))
            assert client.get(merge_address(merged)).status_code == status
            shown = text_of(client.get(where_used("catalog.Category", merged.pk)))
            assert (merge_address(merged) in shown) is (status == 200)

    def test_record_of_another_organization_is_none_to_choose(self, db):
        mine = Organization.objects.create(name="Mine")
        other = Organization.objects.create(name="Other")
        member = make_member(mine, "owner")
        role = member.memberships.get().role
        role.permissions.add(*_permissions("organizations", "delete_organization"))
        client = sign_in(member)
        sent = {"into": str(other.pk), "reason": "r", "_preview": "yes"}
        answer = client.post(address("organizations.Organization", "merge", mine.pk), sent)
        assert "Select a valid choice." in text_of(answer)
        theirs = address("organizations.Organization", "merge", other.pk)
        assert client.get(theirs).status_code == 404


def _permissions(app: str, *names: str) -> Any:

    return Permission.objects.filter(content_type__app_label=app, codename__in=names)


class TestSwitching:
    @pytest.mark.parametrize(
        "label", [label for label in MASTERS if master_of(PAGES[label].model).switch]
    )
    def test_switched_off_and_on_with_a_reason(self, label, boss_client):
        row = ROWS[label]()
        there = address(label, "switch", row.pk)
        for is_active in (False, True):
            assert boss_client.get(there).status_code == 200
            done = boss_client.post(there, {"_confirm": "yes", "reason": "season"})
            assert done.status_code == 302
            row.refresh_from_db()
            assert row.is_active is is_active
        assert {e.reason for e in Event.objects.filter(type=f"{row.event_stream}.updated")} == {
            "season"
        }

    def test_year_has_no_switch(self):
        with pytest.raises(NoReverseMatch):
            address("organizations.FinancialYear", "switch", 1)

    def test_list_switches_off_and_restores_what_is_chosen(self, boss_client, shelves):
        for action, expected in (("deactivate_rows", False), ("restore_rows", True)):
            boss_client.post(
                address("catalog.Category", "changelist"),
                {"action": action, "_selected_action": [str(shelf.pk) for shelf in shelves]},
            )
            found = Category.objects.values_list("is_active", flat=True)
            assert list(found) == [expected, expected]

    def test_viewer_is_offered_neither(self, shelves):
        client = sign_in(make_staff("catalog.view_category"))
        shelf, _ = shelves
        there = address("catalog.Category", "switch", shelf.pk)
        assert client.post(there, {"_confirm": "yes", "reason": ""}).status_code == 403
        assert "restore_rows" not in text_of(client.get(address("catalog.Category", "changelist")))


class TestRemoval:
    @pytest.mark.parametrize(
        "label", [label for label in MASTERS if label != "organizations.FinancialYear"]
    )
    def test_unused_record_removed(self, label, boss_client):
        row = ROWS[label]()
        if label == "catalog.Product":
            row.prices.all().delete()
            row.stock.all().delete()
        there = address(label, "delete", row.pk)
        assert boss_client.get(there).status_code == 200
        assert boss_client.post(there, {"post": "yes"}).status_code == 302
        assert not type(row).objects.filter(pk=row.pk).exists()
        assert Event.objects.filter(type=f"{row.event_stream}.removed").count() == 1

    def test_used_record_shows_where_instead(self, boss_client, shelves):
        shelf, _ = shelves
        make_product(category=shelf, name="Cable 7")
        there = address("catalog.Category", "delete", shelf.pk)
        for answer in (boss_client.get(there), boss_client.post(there, {"post": "yes"})):
            text = text_of(answer)
            assert "“Cables” is in use" in text
            assert "Cable 7" in text
            assert where_used("catalog.Category", shelf.pk) in text
        assert Category.objects.filter(pk=shelf.pk).exists()

    def test_list_removes_only_when_all_are_unused(self, boss_client, shelves):
        shelf, unused = shelves
        make_product(category=shelf)
        listed = address("catalog.Category", "changelist")
        sent = {"action": "delete_selected", "post": "yes"}
        both = {**sent, "_selected_action": [str(shelf.pk), str(unused.pk)]}
        answer = boss_client.post(listed, both)
        assert "Cables: Products 1" in text_of(answer)
        assert Category.objects.count() == 2
        boss_client.post(listed, {**sent, "_selected_action": [str(unused.pk)]})
        assert list(Category.objects.values_list("pk", flat=True)) == [shelf.pk]

    def test_used_by_another_organization_alone_says_no_more(self, db):
        make_order((make_product(), 1))
        partner = BusinessPartner.objects.get()
        number = Order.objects.get().number
        client = sign_in(make_member(Organization.objects.create(name="Mine"), "owner"))
        answer = client.post(
            address("partners.BusinessPartner", "delete", partner.pk), {"post": "yes"}
        )
        text = text_of(answer)
        assert "Records that you may not see refer to it." in text
        assert number not in text
        assert BusinessPartner.objects.exists()


def test_arabic_page_speaks_arabic(boss_client, shelves):
    shelf, other = shelves
    make_product(category=shelf, name_ar="كابل")
    boss_client.cookies["django_language"] = "ar"
    text = text_of(boss_client.get(where_used("catalog.Category", shelf.pk)))
    for shown in ("أين يُستخدم: كابلات", "المنتجات", "كابل", "دمج في…", "إيقاف"):
        assert shown in text
    merged = preview(boss_client, other, shelf)
    assert "ستشير هذه إلى «كبلات»" in text_of(merged)
