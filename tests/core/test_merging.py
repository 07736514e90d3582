"""Merging records: exact effects, every refusal by its code."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from catalog.errors import CurrenciesDiffer, StockLeft
from catalog.models import Category, Order, Price, PriceList, Product, StockLevel
from core.context import change_context
from core.editing.errors import StaleVersion
from core.events.models import Event
from core.history.selectors import AuditQuestion, object_trail
from core.identity.models import User
from core.references.errors import (
    MergeAcrossOrganizations,
    MergeBelowItself,
    MergeBreaksRule,
    MergeCollides,
    MergeNotOffered,
    MergeWithItself,
    OutsideKeysDiffer,
)
from core.references.fields import referring_fields
from core.references.plans import plan_merge
from core.references.selectors import references_to
from core.references.services import merge_rows, repoint
from settings_modules.locations.models import Location
from settings_modules.organizations.errors import (
    BankChangeNeedsSecondPerson,
    NumbersInItsName,
    SellerNotMerged,
)
from settings_modules.organizations.models import (
    BankAccount,
    DocumentSeries,
    DocumentType,
    FinancialYear,
    GstRegistration,
    Membership,
    Organization,
)
from settings_modules.partners.models import BusinessPartner
from tests.factories.catalog import make_order, make_product
from tests.factories.masters import (
    account,
    company,
    registration,
    shelves,
    used_account,
    used_registration,
    used_series,
    used_year,
)
from tests.factories.organizations import join, make_member

pytestmark = pytest.mark.django_db


class TestMergingMovesEverything:
    def test_categories(self):
        kept, merged = shelves("Cables", "Cabels")
        products = [make_product(category=merged) for _ in range(3)]
        child = Category.objects.create(name_en="Thin", parent=merged)
        versions = {product.pk: product.version for product in products}
        merge_rows(kept=kept, merged=merged, reason="typed twice")
        assert set(Product.objects.values_list("category", flat=True)) == {kept.pk}
        assert Category.objects.get(pk=child.pk).parent_id == kept.pk
        merged.refresh_from_db()
        assert merged.is_active is False
        assert references_to(merged) == []
        assert {p.pk: p.version - 1 for p in Product.objects.all()} == versions
        event = Event.objects.get(type="category.merged")
        assert (event.stream_id, event.reason) == (str(kept.pk), "typed twice")
        assert event.data == {
            "merged_id": merged.pk,
            "moved": {"catalog.Category.parent": 1, "catalog.Product.category": 3},
            "stayed": {},
            "removed": False,
        }

    def test_history_of_every_row_carries_the_reason(self):
        kept, merged = shelves("Cables", "Cabels")
        product = make_product(category=merged)
        merge_rows(kept=kept, merged=merged, reason="typed twice")
        for row, field in ((product, "category"), (merged, "is_active")):
            trail = object_trail(type(row), str(row.pk), AuditQuestion(), skip=0, limit=1)
            (entry,) = trail.entries
            assert (entry.reason, set(entry.changes) - {"updated_at"}) == ("typed twice", {field})

    def test_partners_of_which_the_merged_one_leads_to_the_other(self):
        make_order((make_product(), 1))
        merged = BusinessPartner.objects.get()
        BusinessPartner.objects.filter(pk=merged.pk).update(zoho_contact_id="77")
        merged.refresh_from_db()
        kept = BusinessPartner.objects.create(name="The same shopper", phone="+9647701112233")
        merge_rows(kept=kept, merged=merged, reason="the same person")
        assert Order.objects.get().partner_id == kept.pk
        rows = BusinessPartner.objects.order_by("pk")
        told = rows.values_list("pk", "zoho_contact_id", "is_active", "merged_into")
        assert list(told) == [(merged.pk, None, False, kept.pk), (kept.pk, "77", True, None)]
        assert Event.objects.get(type="partner.merged").data["removed"] is False

    def test_price_lists(self):
        product = make_product()
        make_order((product, 1))
        merged = PriceList.objects.get()
        kept = PriceList.objects.create(code="other", currency="IQD")
        merge_rows(kept=kept, merged=merged, reason="one list")
        assert Order.objects.get().price_list_id == kept.pk
        assert Price.objects.get().price_list_id == kept.pk

    def test_products_keep_their_stock_and_movements_in_the_ledger(self):
        merged = make_product(stock="0")
        kept = make_product(price=None)
        merge_rows(kept=kept, merged=merged, reason="the same thing")
        assert Price.objects.get().product_id == kept.pk
        assert StockLevel.objects.filter(product=merged).count() == 1
        assert Product.objects.get(pk=merged.pk).is_active is False
        assert Event.objects.get(type="product.merged").data == {
            "merged_id": merged.pk,
            "moved": {"catalog.Price.product": 1},
            "stayed": {"catalog.StockLevel.product": 1},
            "removed": False,
        }

    def test_locations(self):
        merged = make_product(stock="0").stock.get().location
        kept = Location.objects.create(code="second", name_en="Second")
        part = Location.objects.create(code="hall", name_en="Hall", parent=merged)
        merge_rows(kept=kept, merged=merged, reason="one place")
        part.refresh_from_db()
        assert part.parent_id == kept.pk
        assert StockLevel.objects.get().location_id == merged.pk
        assert Location.objects.get(pk=merged.pk).is_active is False

    def test_registrations_with_their_series(self):
        merged = used_registration()
        kept = registration(merged.organization, "24AAPFU0939F1ZC")
        merge_rows(kept=kept, merged=merged, reason="one branch")
        assert DocumentSeries.objects.get().gst_registration_id == kept.pk
        assert GstRegistration.objects.get(pk=merged.pk).is_active is False

    def test_accounts(self):
        merged = used_account()
        kept = BankAccount.objects.get(is_default=True)
        merge_rows(kept=kept, merged=merged, reason="one account")
        assert BankAccount.objects.get(pk=merged.pk).is_active is False

    def test_organizations_that_never_traded(self):
        kept, merged = company("Kept"), company("Merged")
        person = make_member(merged, "viewer")
        registration(merged, "27AAPFU0939F1ZV", is_primary=True)
        account(merged, "1111111111", is_default=True)
        merge_rows(kept=kept, merged=merged, reason="added twice")
        assert Membership.objects.get(user=person).organization_id == kept.pk
        assert kept.gst_registrations.count() == kept.bank_accounts.count() == 1
        assert Organization.objects.get(pk=merged.pk).is_active is False

    def test_many_to_many_links_without_doubles(self):
        kept, merged = Group.objects.create(name="A"), Group.objects.create(name="B")
        both = User.objects.create(email="both@example.com")
        one = User.objects.create(email="one@example.com")
        both.groups.set([kept, merged])
        one.groups.set([merged])
        (field,) = [one for one in referring_fields(Group) if one.label == "core.User.groups"]
        assert repoint(field, kept=kept, merged=merged) == 1
        assert list(both.groups.all()) == list(one.groups.all()) == [kept]

    def test_one_update_for_each_field_however_many_rows(self):
        def statements(rows: int) -> int:
            kept, merged = shelves("Cables", "Cabels")
            for _ in range(rows):
                make_product(category=merged)
            with CaptureQueriesContext(connection) as queries:
                merge_rows(kept=kept, merged=merged, reason="r")
            return len(queries)

        assert statements(1) == statements(3)

    def test_outside_key_goes_over_to_the_kept_one(self):
        kept, merged = shelves("Cables", "Cabels")
        Category.objects.filter(pk=merged.pk).update(zoho_category_id="z1")
        merged.refresh_from_db()
        merge_rows(kept=kept, merged=merged, reason="r")
        keys = Category.objects.order_by("pk").values_list("zoho_category_id", flat=True)
        assert list(keys) == ["z1", None]


class TestMergingRefused:
    def test_two_kinds_of_records_and_kinds_that_are_not_merged(self):
        (shelf,) = shelves("Cables")
        year = used_year()
        for kept, merged in ((shelf, make_product()), (year, year), (User(pk=1), User(pk=2))):
            with pytest.raises(MergeNotOffered):
                merge_rows(kept=kept, merged=merged, reason="r")

    def test_itself(self):
        (shelf,) = shelves("Cables")
        with pytest.raises(MergeWithItself):
            merge_rows(kept=shelf, merged=shelf, reason="r")

    def test_across_organizations(self):
        one = registration(company("A"), "27AAPFU0939F1ZV", is_primary=True)
        other = registration(company("B"), "29AAPFU0939F1ZR", is_primary=True)
        with pytest.raises(MergeAcrossOrganizations):
            merge_rows(kept=one, merged=other, reason="r")

    def test_kept_one_below_the_merged_one(self):
        (merged,) = shelves("Cables")
        child = Category.objects.create(name_en="Thin", parent=merged)
        kept = Category.objects.create(name_en="Thinner", parent=child)
        with pytest.raises(MergeBelowItself):
            merge_rows(kept=kept, merged=merged, reason="r")

    def test_both_known_to_another_system(self):
        kept, merged = shelves("Cables", "Cabels")
        for row in (kept, merged):
            row.zoho_category_id = f"z{row.pk}"
            row.save()
        with pytest.raises(OutsideKeysDiffer) as refused:
            merge_rows(kept=kept, merged=merged, reason="r")
        assert refused.value.field == "zoho_category_id"

    def test_stock_left(self):
        kept, merged = make_product(price=None), make_product(stock="3")
        with pytest.raises(StockLeft):
            merge_rows(kept=kept, merged=merged, reason="r")
        place = Location.objects.get()
        other = Location.objects.create(code="second")
        with pytest.raises(StockLeft):
            merge_rows(kept=other, merged=place, reason="r")

    def test_price_lists_of_two_currencies(self):
        kept = PriceList.objects.create(code="a", currency="IQD")
        merged = PriceList.objects.create(code="b", currency="USD")
        with pytest.raises(CurrenciesDiffer):
            merge_rows(kept=kept, merged=merged, reason="r")

    def test_seller_and_company_with_numbers(self):
        numbered = used_series().organization
        with pytest.raises(NumbersInItsName):
            merge_rows(kept=company("A"), merged=numbered, reason="r")
        seller = company("B", is_seller=True)
        with pytest.raises(SellerNotMerged):
            merge_rows(kept=numbered, merged=seller, reason="r")

    def test_account_that_needs_a_second_person(self):
        merged = used_account()
        Organization.objects.update(bank_changes_need_approval=True)
        kept = BankAccount.objects.get(is_default=True)
        with pytest.raises(BankChangeNeedsSecondPerson):
            merge_rows(kept=kept, merged=merged, reason="r")

    def test_stale_version(self):
        kept, merged = shelves("Cables", "Cabels")
        with pytest.raises(StaleVersion):
            merge_rows(kept=kept, merged=merged, reason="r", expected_version=99)

    def test_rule_that_only_the_database_knows(self):
        kept, merged = shelves("Cables", "Cabels")
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE catalog_product ADD CONSTRAINT sample_rule"
                f" CHECK (category_id <> {kept.pk})"
            )
        make_product(category=merged)
        with pytest.raises(MergeBreaksRule) as refused:
            merge_rows(kept=kept, merged=merged, reason="r")
        assert refused.value.values == {"rule": "sample_rule"}


class TestCollisions:
    def refused(self, kept, merged) -> list[str]:
        with pytest.raises(MergeCollides) as refused:
            merge_rows(kept=kept, merged=merged, reason="r")
        return [f"{one.field}: {one.message}" for one in refused.value.details]

    def test_prices_of_one_product_on_both_lists(self):
        product = make_product(name="Lamp", price="100")
        merged = PriceList.objects.get()
        kept = PriceList.objects.create(code="b", currency="IQD")
        for quantity in (1, 10):
            Price.objects.create(
                product=product, price_list=kept, amount=90, minimum_quantity=quantity
            )
        assert self.refused(kept, merged) == [
            "catalog.Price.price_list: Prices: “Lamp: 100 IQD” and “Lamp: 90 IQD” cannot both"
            " refer to one record."
        ]
        assert Price.objects.filter(price_list=merged).count() == 1

    def test_rule_under_a_condition_with_its_message(self):
        kept, merged = company("A"), company("B")
        registration(kept, "27AAPFU0939F1ZV", is_primary=True)
        registration(merged, "29AAPFU0939F1ZR", is_primary=True)
        assert self.refused(kept, merged) == [
            "organizations.GstRegistration.organization: GST registrations: “29AAPFU0939F1ZR” and"
            " “27AAPFU0939F1ZV” cannot both refer to one record."
            " Another GST registration is the primary one."
        ]

    def test_rule_in_which_empty_values_are_the_same(self):
        kept, merged = company("A"), company("B")
        for owner in (kept, merged):
            DocumentSeries.objects.create(organization=owner, document_type=DocumentType.INVOICE)
        assert self.refused(kept, merged) == [
            "organizations.DocumentSeries.organization: Document series: “B · invoice ” and"
            " “A · invoice ” cannot both refer to one record."
            " There is an active series for this already."
        ]
        DocumentSeries.objects.filter(organization=kept).update(is_active=False)
        assert plan_merge(kept=kept, merged=merged).collisions == []

    def test_ranges_that_overlap(self):
        kept, merged = company("A"), company("B")
        for owner, name, start in ((kept, "FY 26", 2026), (merged, "FY 26 b", 2026)):
            FinancialYear.objects.create(
                organization=owner,
                name=name,
                start_date=date(start, 4, 1),
                end_date=date(start + 1, 3, 31),
            )
        assert self.refused(kept, merged) == [
            "organizations.FinancialYear.organization: Financial years: “FY 26 b” and “FY 26”"
            " cannot both refer to one record. The dates overlap another financial year."
        ]
        FinancialYear.objects.filter(organization=kept).update(
            start_date=date(2025, 4, 1), end_date=date(2026, 3, 31)
        )
        assert plan_merge(kept=kept, merged=merged).is_possible

    def test_membership_of_the_same_person_and_role(self):
        kept, merged = company("A"), company("B")
        person = make_member(kept, "viewer")
        join(person, merged, "viewer")
        (line,) = self.refused(kept, merged)
        assert line.startswith("organizations.Membership.organization: Memberships: ")

    def test_told_in_arabic_as_well(self):
        product = make_product(name="Lamp", name_ar="مصباح")
        merged = PriceList.objects.get()
        kept = PriceList.objects.create(code="b", currency="IQD")
        Price.objects.create(product=product, price_list=kept, amount=Decimal(90))
        with translation.override("ar"), pytest.raises(MergeCollides) as refused:
            merge_rows(kept=kept, merged=merged, reason="r")
        (detail,) = refused.value.details
        assert "“Lamp: 1,500 IQD”" in detail.message
        assert "«مصباح: 1,500 IQD»" in detail.message_ar

    def test_rows_of_another_organization_are_counted_and_not_named(self):
        kept, merged = make_product(price=None), make_product()
        order = make_order((merged, 1))
        line = order.lines.get()
        line.pk, line.product, line.position = None, kept, 2
        line.save(force_insert=True)
        reader = make_member(company("Elsewhere"), "owner")
        with change_context(organization_id=str(reader.memberships.get().organization_id)):
            plan = plan_merge(kept=kept, merged=merged, user=User.objects.get(pk=reader.pk))
        assert (plan.collisions, plan.untold_collisions) == ([], 1)
        assert len(plan_merge(kept=kept, merged=merged).collisions) == 1


class TestPlan:
    def test_preview_tells_what_the_merge_does_and_changes_nothing(self):
        merged = make_product(stock="0")
        kept = make_product(price=None)
        with CaptureQueriesContext(connection) as queries:
            plan = plan_merge(kept=kept, merged=merged)
        assert all(query["sql"].startswith("SELECT") for query in queries)
        assert [(f"{r.model}.{r.field}", r.count, r.stays_because) for r in plan.references] == [
            ("catalog.Price.product", 1, ""),
            (
                "catalog.StockLevel.product",
                1,
                "Stock and its movements stay with what they were counted for.",
            ),
        ]
        assert (plan.is_removed, plan.is_possible) == (False, True)

    def test_every_obstacle_listed(self):
        kept, merged = make_product(price=None), make_product(stock="3")
        for row in (kept, merged):
            Product.objects.filter(pk=row.pk).update(zoho_item_id=f"z{row.pk}")
        for row in (kept, merged):
            row.refresh_from_db()
        plan = plan_merge(kept=kept, merged=merged)
        assert [error.code for error in plan.obstacles] == ["outside_keys_differ", "stock_left"]
        assert not plan.is_possible
