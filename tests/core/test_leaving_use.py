"""Removing records and switching them off: exact effects, every refusal by its code."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Category
from core.context import change_context
from core.editing.errors import StaleVersion
from core.errors import StillInUse
from core.events.models import Event
from core.identity.models import User
from core.references.errors import SwitchNotOffered
from core.references.fields import referring_fields
from core.references.masters import declared_masters
from core.references.selectors import references_to
from core.references.services import deactivate_row, remove_row, restore_row
from settings_modules.organizations.models import ApprovalRequest, BankAccount, Organization
from settings_modules.partners.models import BusinessPartner
from tests.factories.catalog import make_order, make_product
from tests.factories.masters import USED, company, shelves, told, used_account
from tests.factories.organizations import make_member

pytestmark = pytest.mark.django_db

MASTERS = [
    "catalog.Category",
    "catalog.PriceList",
    "catalog.Product",
    "commodities.BargainType",
    "commodities.CommissionStructure",
    "commodities.Commodity",
    "commodities.CommodityCategory",
    "commodities.CommodityPackaging",
    "commodities.CommodityVariety",
    "commodities.DeliveryTerm",
    "commodities.ExchangeRate",
    "commodities.HsnKnowledge",
    "commodities.ParameterTemplate",
    "commodities.PassingTerm",
    "commodities.PaymentTerm",
    "commodities.QualityParameter",
    "commodities.TaxCode",
    "commodities.TaxRate",
    "commodities.TradeType",
    "commodities.Unit",
    "commodities.WeightmentTerm",
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
#: Nothing but their own parts refers to them.
ENDS = {
    *("commodities.BargainType", "commodities.CommissionStructure", "commodities.DeliveryTerm"),
    *("commodities.CommodityPackaging", "commodities.CommodityVariety", "commodities.ExchangeRate"),
    *("commodities.ParameterTemplate", "commodities.PassingTerm", "commodities.PaymentTerm"),
    *("commodities.QualityParameter", "commodities.TaxRate", "commodities.WeightmentTerm"),
    *("organizations.BankAccount", "partners.PartnerAddress", "partners.PartnerBankAccount"),
    *("partners.PartnerContact", "partners.PartnerGstRegistration"),
}
#: Of these, the ones that are not switched off.
WITHOUT_SWITCH = {
    *("commodities.CommodityPackaging", "commodities.ExchangeRate", "commodities.TaxRate"),
    "organizations.FinancialYear",
}


def test_every_master_declared():
    assert [master.model._meta.label for master in declared_masters()] == MASTERS


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
    @pytest.mark.parametrize("label", [one for one in MASTERS if one not in WITHOUT_SWITCH])
    def test_used_row_switched_off_and_restored(self, label):
        row = USED[label]()
        before = len(references_to(row))
        off = deactivate_row(row=row)
        assert (off.is_active, type(row).objects.get(pk=row.pk).is_active) == (False, False)
        assert len(references_to(row)) == before
        on = restore_row(row=off)
        assert (on.is_active, type(row).objects.get(pk=row.pk).is_active) == (True, True)
        assert told(row.event_stream)[-2:] == [f"{row.event_stream}.updated"] * 2

    @pytest.mark.parametrize("label", sorted(WITHOUT_SWITCH))
    def test_without_a_switch_refused(self, label):
        with pytest.raises(SwitchNotOffered):
            deactivate_row(row=USED[label]())

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
