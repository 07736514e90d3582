"""Nobody overwrites a change they have not seen: versions, ETag, If-Match."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from catalog.models import Category, Product
from catalog.services.products import update_category
from core.context import Context, Source, use_context
from core.editing.errors import StaleVersion
from core.editing.models import VersionedModel
from core.editing.services import edit_row
from core.events.models import Event
from core.events.services import unit_of_work
from core.identity.accounts import update_user
from core.identity.models import User
from settings_modules.partners.models import BusinessPartner
from settings_modules.partners.services.partners import create_partner, update_partner

pytestmark = pytest.mark.django_db

#: Every model that people edit.
VERSIONED = {
    "catalog.Category",
    "catalog.Order",
    "catalog.Price",
    "catalog.PriceList",
    "catalog.Product",
    "commodities.Commodity",
    "commodities.CommodityCategory",
    "commodities.CommodityVariety",
    "commodities.ParameterTemplate",
    "commodities.QualityParameter",
    "commodities.TaxCode",
    "commodities.CommodityPackaging",
    "commodities.Unit",
    "commodities.UnitAlias",
    "commodities.ExchangeRate",
    "commodities.HsnKnowledge",
    "commodities.TaxCodeConflict",
    "commodities.TaxRate",
    "commodities.TaxRateRevision",
    "commodities.BargainType",
    "commodities.CommissionStructure",
    "commodities.CommissionTier",
    "commodities.DeliveryTerm",
    "commodities.PassingTerm",
    "commodities.PaymentTerm",
    "commodities.TradeType",
    "commodities.WeightmentTerm",
    "core.ApiToken",
    "core.SavedFilter",
    "core.User",
    "core.WebhookEndpoint",
    "locations.Location",
    "organizations.ApprovalRequest",
    "organizations.BankAccount",
    "organizations.DocumentSeries",
    "organizations.FinancialYear",
    "organizations.GstRegistration",
    "organizations.Membership",
    "organizations.Organization",
    "partners.BusinessPartner",
    "partners.PartnerAddress",
    "partners.PartnerBankAccount",
    "partners.PartnerContact",
    "partners.PartnerGstRegistration",
    "zoho.Connection",
}


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com"))
    return client


@pytest.fixture
def shelf() -> Category:
    return Category.objects.create(name_en="Cables", name_ar="كابلات")


def address(row: Category) -> str:
    return f"/api/v1/catalog/categories/{row.pk}"


def patch(client: Client, row: Category, body, tag: str | None):
    headers = {"If-Match": tag} if tag else {}
    return client.patch(address(row), body, content_type="application/json", headers=headers)


def version_of(row) -> int:
    return type(row).objects.values_list("version", flat=True).get(pk=row.pk)


def test_every_model_that_people_edit_is_versioned():
    ours = {m._meta.label for m in apps.get_models() if issubclass(m, VersionedModel)}
    assert ours == VERSIONED


def test_every_versioned_model_has_its_trigger():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgname LIKE 'pgtrigger_step_version%'"
        )
        tables = {row[0] for row in cursor.fetchall()}
    assert tables == {apps.get_model(label)._meta.db_table for label in VERSIONED}


def test_every_way_of_writing_steps_the_version(shelf):
    Category.objects.filter(pk=shelf.pk).update(name_en="A")
    assert version_of(shelf) == 2
    shelf.name_en = "B"
    Category.objects.bulk_update([shelf], ["name_en"])
    assert version_of(shelf) == 3
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_category SET is_active = false")
    assert version_of(shelf) == 4


def test_write_that_changes_nothing_leaves_the_version(shelf):
    Category.objects.filter(pk=shelf.pk).update(name_en="Cables")
    assert version_of(shelf) == 1


def test_what_the_system_writes_for_itself_leaves_the_version():
    product = Product.objects.create(name_en="Lamp")
    Product.objects.update(zoho_content_hash="seen", zoho_modified_at="2026-01-01T00:00:00Z")
    assert version_of(product) == 1


def test_edit_answers_the_version_that_is_stored(shelf):
    edited = update_category(category=shelf, values={"name_en": "Wires"}, expected_version=1)
    assert (edited.version, version_of(shelf)) == (2, 2)


def test_edit_writes_only_what_differs_and_keeps_what_others_wrote(shelf):
    Category.objects.filter(pk=shelf.pk).update(name_ar="أسلاك")
    update_category(category=shelf, values={"name_en": "Wires"})
    shelf.refresh_from_db()
    assert (shelf.name_en, shelf.name_ar) == ("Wires", "أسلاك")


def test_edit_of_another_version_refused(shelf):
    Category.objects.filter(pk=shelf.pk).update(name_ar="أسلاك")
    with pytest.raises(StaleVersion) as refused:
        update_category(category=shelf, values={"name_en": "Wires"}, expected_version=1)
    assert refused.value.values == {"seen": 1, "current": 2}
    assert Event.objects.count() == 0


def test_edit_tells_of_personal_values_only_the_names():
    partner = create_partner(values={"name": "Somebody", "phone": "+9647701234567"})
    update_partner(partner=partner, values={"name": "Another", "phone": None})
    event = Event.objects.get(type="partner.updated")
    assert event.data == {"changes": {}, "untold": ["name", "phone"]}


def test_edit_of_an_account_tells_its_roles():
    user = User.objects.create_user("clerk@example.com")
    update_user(user=user, values={"is_staff": True, "full_name": "Clerk", "groups": []})
    assert Event.objects.get(type="user.updated").data == {
        "changes": {"is_staff": {"old": False, "new": True}},
        "untold": ["full_name"],
    }


def test_edit_row_in_a_failed_unit_leaves_nothing(shelf):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        edit_row(row=shelf, values={"name_en": "Wires"})
        raise ZeroDivisionError
    assert version_of(shelf) == 1


def test_record_is_answered_with_its_tag(boss, shelf):
    answer = boss.get(address(shelf))
    assert (answer.status_code, answer["ETag"]) == (200, '"1"')
    assert answer.json()["version"] == 1
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("tag", [None, "*", "nonsense", '"v1"', '"1", "2"'])
def test_change_without_a_tag_of_ours_is_428(boss, shelf, tag):
    answer = patch(boss, shelf, {"name_en": "Wires"}, tag)
    assert (answer.status_code, answer.json()["error"]["code"]) == (428, "precondition_required")
    assert version_of(shelf) == 1


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"'])
def test_change_with_the_tag_answers_the_next_one(boss, shelf, tag):
    answer = patch(boss, shelf, {"name_en": "Wires"}, tag)
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert answer.json()["name_en"] == "Wires"


def test_stale_tag_is_412_with_the_difference_and_the_record(boss, shelf):
    other = User.objects.create_user("other@example.com")
    with use_context(Context("request-other", f"user:{other.pk}", Source.ADMIN)):
        update_category(category=shelf, values={"name_ar": "أسلاك", "is_active": False})
    answer = patch(boss, shelf, {"name_en": "Wires"}, '"1"')
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (412, "stale_version")
    assert error["message"] == (
        "Somebody else changed this record: you have version 1, it is at 2."
    )
    assert error["changes"] == {
        "name_ar": {"old": "كابلات", "new": "أسلاك"},
        "is_active": {"old": True, "new": False},
    }
    assert (error["changed_by"], error["etag"]) == (f"user:{other.pk}", '"2"')
    assert error["current"] == boss.get(address(shelf)).json()
    assert patch(boss, shelf, {"name_en": "Wires"}, error["etag"]).status_code == 200


def test_second_editor_who_reads_again_loses_nothing(boss, shelf):
    patch(boss, shelf, {"name_en": "Wires"}, '"1"')
    assert patch(boss, shelf, {"name_ar": "أسلاك"}, '"1"').status_code == 412
    assert patch(boss, shelf, {"name_ar": "أسلاك"}, '"2"').status_code == 200
    shelf.refresh_from_db()
    assert (shelf.name_en, shelf.name_ar, shelf.version) == ("Wires", "أسلاك", 3)


def test_put_wants_every_required_value_and_null_clears(boss, shelf):
    child = Category.objects.create(name_en="Short cables", parent=shelf)
    answer = patch(boss, child, {"parent": None}, '"1"')
    assert (answer.status_code, answer.json()["parent"]) == (200, None)


def test_value_that_cannot_be_written_is_refused_by_name(boss, shelf):
    answer = patch(boss, shelf, {"version": 9, "nonsense": 1}, '"1"')
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "invalid_input")
    assert [(item["field"], item["code"]) for item in error["details"]] == [
        ("nonsense", "not_writable"),
        ("version", "not_writable"),
    ]


def test_record_that_is_not_there_is_404(boss):
    answer = boss.get("/api/v1/catalog/categories/999999")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_category_below_itself_refused(boss, shelf):
    child = Category.objects.create(name_en="Short cables", parent=shelf)
    answer = patch(boss, shelf, {"parent": child.pk}, '"1"')
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "category_below_itself")


def test_personal_values_are_in_the_record_but_not_in_the_difference(boss):
    partner = BusinessPartner.objects.create(name="Somebody", phone="+9647701234567")
    update_partner(partner=partner, values={"name": "Another"})
    answer = boss.patch(
        f"/api/v1/settings/partners/{partner.pk}",
        {"email": "shop@example.com"},
        content_type="application/json",
        headers={"If-Match": '"1"'},
    )
    error = answer.json()["error"]
    assert (answer.status_code, set(error["changes"])) == (412, {"updated_at"})
    assert error["current"]["name"] == "Another"
