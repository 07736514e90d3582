"""Removing, switching off and merging records: exact effects, every refusal by its code."""

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
from core.errors import StillInUse
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
    SwitchNotOffered,
)
from core.references.fields import referring_fields
from core.references.masters import declared_masters
from core.references.plans import plan_merge
from core.references.selectors import references_to
from core.references.services import (
    deactivate_row,
    merge_rows,
    remove_row,
    repoint,
    restore_row,
)
from settings_modules.locations.models import Location
from settings_modules.organizations.errors import (
    BankChangeNeedsSecondPerson,
    NumbersInItsName,
    SellerNotMerged,
)
from settings_modules.organizations.models import (
    ApprovalRequest,
    BankAccount,
    DocumentSeries,
    DocumentType,
    FinancialYear,
    GstRegistration,
    IssuedNumber,
    Membership,
    Organization,
)
from settings_modules.partners.models import BusinessPartner
from tests.factories.catalog import make_order, make_product
from tests.factories.commodities import make_commodity
from tests.factories.organizations import join, make_member
from tests.factories.partners import (
    make_address,
    make_contact,
    make_partner,
    make_partner_account,
    make_partner_registration,
)

pytestmark = pytest.mark.django_db

MASTERS = [
    "catalog.Category",
    "catalog.PriceList",
    "catalog.Product",
    "commodities.CommodityPackaging",
    "commodities.Unit",
    "locations.Location",
    "organizations.BankAccount",
    "organizations.DocumentSeries",
    "organizations.FinancialYear",
    "organizations.GstRegistration",
    "organizations.Organization",
    "partners.BusinessPartner",
    "partners.PartnerAddress",
    "partners.PartnerBankAccount",
    "partners.PartnerContact",
    "partners.PartnerGstRegistration",
]
#: Nothing refers to them.
ENDS = {
    *("organizations.BankAccount", "partners.PartnerAddress", "partners.PartnerBankAccount"),
    "commodities.CommodityPackaging",
    *("partners.PartnerContact", "partners.PartnerGstRegistration"),
}
#: Of these, the ones that are not switched off.
WITHOUT_SWITCH = ("organizations.FinancialYear", "commodities.CommodityPackaging")


def test_every_master_declared():
    assert [master.model._meta.label for master in declared_masters()] == MASTERS


def shelves(*names: str) -> list[Category]:
    return [Category.objects.create(name_en=name) for name in names]


def company(name: str = "Company", **values: object) -> Organization:
    return Organization.objects.create(name=name, **values)


def registration(owner: Organization, gstin: str, **values: object) -> GstRegistration:
    return GstRegistration.objects.create(organization=owner, gstin=gstin, **values)


def account(owner: Organization, number: str, **values: object) -> BankAccount:
    return BankAccount.objects.create(
        organization=owner,
        account_holder="A",
        bank_name="B",
        currency="INR",
        account_number=number,
        last_four=number[-4:],
        fingerprint=number,
        **values,
    )


def told(stream: str) -> list[str]:
    """The types of the events of a kind of record, in their order."""
    return list(
        Event.objects.filter(stream_type=stream).order_by("id").values_list("type", flat=True)
    )


class TestRemoving:
    def test_unused_row_removed_and_told(self):
        (shelf,) = shelves("Empty")
        key = shelf.pk
        remove_row(row=shelf)
        assert not Category.objects.filter(pk=key).exists()
        event = Event.objects.get(type="category.removed")
        assert (event.stream_id, event.data) == (str(key), {})

    def test_used_row_refused_with_what_uses_it(self):
        (shelf,) = shelves("Cables")
        make_product(category=shelf, name="Cable A")
        make_product(category=shelf, name="Cable B")
        Category.objects.create(name_en="Thin", parent=shelf)
        with pytest.raises(StillInUse) as refused:
            remove_row(row=shelf)
        assert [(one.field, one.code, one.message) for one in refused.value.details] == [
            ("catalog.Category.parent", "still_in_use", "Categories (parent): 1 · Thin"),
            (
                "catalog.Product.category",
                "still_in_use",
                "Products (category): 2 · Cable A, Cable B",
            ),
        ]
        assert refused.value.extra == {
            "references": [
                {"model": "catalog.Category", "field": "parent", "count": 1},
                {"model": "catalog.Product", "field": "category", "count": 2},
            ]
        }
        assert Category.objects.filter(pk=shelf.pk).exists()

    def test_rows_of_another_organization_count_and_are_not_told(self):
        make_order((make_product(), 1))
        partner = BusinessPartner.objects.get()
        reader = make_member(company("Elsewhere"), "owner")
        with (
            change_context(
                actor=f"user:{reader.pk}",
                organization_id=str(reader.memberships.get().organization_id),
            ),
            pytest.raises(StillInUse) as refused,
        ):
            remove_row(row=partner)
        assert (refused.value.details, refused.value.extra) == ([], {"references": []})

    def test_stale_version_refused(self):
        (shelf,) = shelves("Empty")
        with pytest.raises(StaleVersion):
            remove_row(row=shelf, expected_version=shelf.version + 1)

    @pytest.mark.parametrize("label", [label for label in MASTERS if label not in ENDS])
    def test_query_count_is_bounded_by_the_fields(self, label):
        row = USED[label]()
        with CaptureQueriesContext(connection) as queries, pytest.raises(StillInUse):
            remove_row(row=row)
        asked = [q["sql"] for q in queries if q["sql"].startswith("SELECT ") and "FROM" in q["sql"]]
        # The row, the organization it belongs to; each field until one refers, then each once.
        assert len(asked) <= 2 + 2 * len(referring_fields(type(row))), asked

    def test_account_that_nothing_refers_to_is_removed(self):
        row = used_account()
        remove_row(row=row)
        assert not BankAccount.objects.filter(last_four="2222").exists()


class TestSwitching:
    @pytest.mark.parametrize(
        "label",
        [label for label in MASTERS if label not in WITHOUT_SWITCH],
    )
    def test_used_row_switched_off_and_restored(self, label):
        row = USED[label]()
        before = len(references_to(row))
        off = deactivate_row(row=row)
        assert (off.is_active, type(row).objects.get(pk=row.pk).is_active) == (False, False)
        assert len(references_to(row)) == before
        on = restore_row(row=off)
        assert (on.is_active, type(row).objects.get(pk=row.pk).is_active) == (True, True)
        assert told(row.event_stream)[-2:] == [f"{row.event_stream}.updated"] * 2

    def test_without_a_switch_refused(self):
        with pytest.raises(SwitchNotOffered):
            deactivate_row(row=used_year())

    def test_account_waits_for_a_second_person(self):
        row = used_account()
        Organization.objects.update(bank_changes_need_approval=True)
        with change_context(actor=f"user:{User.objects.create(email='a@example.com').pk}"):
            waiting = deactivate_row(row=row)
        assert (type(waiting), waiting.target_id) == (ApprovalRequest, row.pk)
        assert BankAccount.objects.get(pk=row.pk).is_active is True

    def test_stale_version_refused(self):
        (shelf,) = shelves("Cables")
        with pytest.raises(StaleVersion):
            deactivate_row(row=shelf, expected_version=shelf.version + 1)


def used_category() -> Category:
    (shelf,) = shelves("Cables")
    make_product(category=shelf)
    return shelf


def used_series() -> DocumentSeries:
    owner = company("Numbered")
    series = DocumentSeries.objects.create(
        organization=owner, document_type=DocumentType.CONTRACT, last_number=1
    )
    IssuedNumber.objects.create(
        series=series, organization=owner, document_type="contract", number=1, text="1"
    )
    return series


def used_year() -> FinancialYear:
    owner = company("Yearly")
    year = FinancialYear.objects.create(
        organization=owner,
        name="FY 2026-27",
        start_date=date(2026, 4, 1),
        end_date=date(2027, 3, 31),
    )
    DocumentSeries.objects.create(
        organization=owner,
        document_type=DocumentType.INVOICE,
        reset_annually=True,
        financial_year=year,
    )
    return year


def used_registration() -> GstRegistration:
    owner = company("Registered")
    registration(owner, "27AAPFU0939F1ZV", is_primary=True)
    row = registration(owner, "29AAPFU0939F1ZR")
    DocumentSeries.objects.create(
        organization=owner, document_type=DocumentType.INVOICE, gst_registration=row
    )
    return row


def used_account() -> BankAccount:
    owner = company("Banked")
    account(owner, "1111111111", is_default=True)
    return account(owner, "2222222222")


def used_partner() -> BusinessPartner:
    make_order((make_product(), 1))
    return BusinessPartner.objects.get()


def used_organization() -> Organization:
    owner = company("Peopled")
    make_member(owner, "viewer")
    return owner


USED = {
    "catalog.Category": used_category,
    "catalog.PriceList": lambda: make_product().prices.get().price_list,
    "catalog.Product": make_product,
    "commodities.Unit": lambda: make_commodity(trade="BALE").trade_unit,
    "locations.Location": lambda: make_product().stock.get().location,
    "organizations.BankAccount": used_account,
    "organizations.DocumentSeries": used_series,
    "organizations.FinancialYear": used_year,
    "organizations.GstRegistration": used_registration,
    "organizations.Organization": used_organization,
    "partners.BusinessPartner": used_partner,
    "partners.PartnerAddress": lambda: make_address(make_partner()),
    "partners.PartnerBankAccount": lambda: make_partner_account(make_partner()),
    "partners.PartnerContact": lambda: make_contact(make_partner()),
    "partners.PartnerGstRegistration": lambda: make_partner_registration(make_partner()),
}


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
