"""Undoing one change of a row from its history."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from catalog.models import Product
from catalog.services.prices import set_price
from catalog.services.products import update_category, update_product
from core.context import change_context
from core.events.models import Event
from core.history.selectors import AuditQuestion, object_trail
from core.identity.accounts import update_user
from core.identity.models import User
from tests.admin.conftest import make_staff, sign_in
from tests.admin.rows import ROWS
from tests.admin.sent_forms import inputs_of
from tests.admin.test_edit_conflicts import by, page_of, words
from tests.factories.catalog import make_product


def trail(row):
    """The row's changes, newest first."""
    return object_trail(type(row), str(row.pk), AuditQuestion(), skip=0, limit=20).entries


def number_of(entry) -> str:
    return entry.id.rpartition(":")[2]


def revert_address(row, entry) -> str:
    return f"{page_of(row).removesuffix('change/')}history/{number_of(entry)}/"


def confirm(client: Client, row, entry):
    """Open the confirmation page and say yes."""
    address = revert_address(row, entry)
    page = client.get(address)
    assert page.status_code == 200
    assert "_confirm" in page.content.decode()
    version = page.context["page"].hidden[0][1]
    return client.post(address, {"_confirm": "yes", "version": version})


def test_change_is_shown_and_reverted_by_the_pages_service(boss, boss_client):
    product = make_product(name="Lamp", unit="piece")
    update_product(product=product, values={"name_en": "Lampp", "unit": "box"})
    entry = trail(product)[0]
    page = boss_client.get(revert_address(product, entry))
    assert "Name (English)Lampp → LampUnitbox → piece" in words(page)
    answer = confirm(boss_client, product, entry)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/admin/catalog/product/{product.pk}/history/",
    )
    product.refresh_from_db()
    assert (product.name_en, product.unit, product.version) == ("Lamp", "piece", 3)
    event = Event.objects.filter(type="product.updated").latest("position")
    assert (event.actor, event.reason) == (f"user:{boss.pk}", f"Reverted change {number_of(entry)}")
    newest = trail(product)[0]
    newest.changes.pop("updated_at")
    assert newest.reason == f"Reverted change {number_of(entry)}"
    assert newest.changes == {
        "name_en": {"old": "Lampp", "new": "Lamp"},
        "unit": {"old": "box", "new": "piece"},
    }


def test_reference_is_given_back(boss_client):
    shelf = ROWS["catalog.Category"]()
    product = make_product(category=shelf)
    update_product(product=product, values={"category": None})
    confirm(boss_client, product, trail(product)[0])
    product.refresh_from_db()
    assert product.category == shelf


def test_price_is_given_back_and_whose_it_is_stays(boss_client):
    product = make_product(price="1500")
    price = product.prices.get()
    type(price).objects.update(ownership="zoho")
    set_price(product=product, price_list=price.price_list, amount=Decimal(1750))
    entry = trail(price)[0]
    text = words(boss_client.get(revert_address(price, entry)))
    assert "Not edited by people, stays as it is: Ownership." in text
    confirm(boss_client, price, entry)
    price.refresh_from_db()
    assert (price.amount, price.ownership) == (1500, "local")


def test_later_change_of_the_same_field_stands_in_the_way(boss_client):
    other = make_staff(full_name="The Other")
    product = make_product(name="Lamp", unit="piece")
    update_product(product=product, values={"name_en": "Second", "unit": "box"})
    entry = trail(product)[0]
    with by(other):
        update_product(product=product, values={"name_en": "Third"})
    address = revert_address(product, entry)
    text = words(boss_client.get(address))
    assert "Name (English) was changed again by The Other at" in text
    answer = boss_client.post(address, {"_confirm": "yes", "version": "3"})
    assert "Name (English) was changed again by The Other at" in str(
        answer.context["form"].non_field_errors()
    )
    product.refresh_from_db()
    assert (product.name_en, product.unit, product.version) == ("Third", "box", 3)


def test_later_change_of_another_field_does_not(boss_client):
    product = make_product(name="Lamp", unit="piece")
    update_product(product=product, values={"name_en": "Second"})
    entry = trail(product)[0]
    update_product(product=product, values={"unit": "box"})
    assert confirm(boss_client, product, entry).status_code == 302
    product.refresh_from_db()
    assert (product.name_en, product.unit) == ("Lamp", "box")


def test_change_that_is_undone_already_says_so(boss_client):
    product = make_product(name="Lamp")
    update_product(product=product, values={"name_en": "Second"})
    entry = trail(product)[0]
    update_product(product=product, values={"name_en": "Lamp"})
    text = words(boss_client.get(revert_address(product, entry)))
    assert "There is nothing to undo: the record already has the values from before." in text


def test_row_changed_since_the_confirmation_was_shown_is_not_touched(boss_client):
    product = make_product(name="Lamp", unit="piece")
    update_product(product=product, values={"name_en": "Second"})
    entry = trail(product)[0]
    update_product(product=product, values={"unit": "box"})
    answer = boss_client.post(revert_address(product, entry), {"_confirm": "yes", "version": "2"})
    errors = answer.context["form"].non_field_errors()
    assert errors == ["Somebody else changed this record: you have version 2, it is at 3."]
    product.refresh_from_db()
    assert product.name_en == "Second"


def test_personal_values_are_said_not_to_be_in_history(boss_client):
    person = User.objects.create(email="staff@example.com", time_zone="UTC")
    update_user(user=person, values={"time_zone": "Asia/Baghdad", "full_name": "New"})
    entry = trail(person)[0]
    text = words(boss_client.get(revert_address(person, entry)))
    said = "History keeps no values of these, so they stay as they are: E-mail address, Full name"
    assert said in text
    confirm(boss_client, person, entry)
    person.refresh_from_db()
    assert (person.time_zone, person.full_name) == ("UTC", "New")


def test_change_of_personal_values_alone_cannot_be_undone(boss_client):
    person = User.objects.create(email="staff@example.com")
    update_user(user=person, values={"full_name": "New"})
    text = words(boss_client.get(revert_address(person, trail(person)[0])))
    assert "Nothing of this change can be undone here." in text


def test_value_that_is_not_valid_any_more_is_refused(boss_client):
    product = make_product(sku="OLD")
    update_product(product=product, values={"sku": "NEW"})
    entry = trail(product)[0]
    make_product(sku="OLD")
    answer = confirm(boss_client, product, entry)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == ["Product with this SKU already exists."]
    product.refresh_from_db()
    assert product.sku == "NEW"


def test_service_refusal_is_shown(boss_client):
    upper, lower = ROWS["catalog.Category"](), ROWS["catalog.Category"]()
    update_category(category=lower, values={"parent": upper})
    update_category(category=lower, values={"parent": None})
    entry = trail(lower)[0]
    update_category(category=upper, values={"parent": lower})
    assert confirm(boss_client, lower, entry).status_code == 200
    lower.refresh_from_db()
    assert lower.parent is None


def test_button_stands_on_changes_alone_and_only_for_those_who_may(boss_client, db):
    product = make_product(name="Lamp")
    update_product(product=product, values={"name_en": "Second"})
    history = page_of(product).replace("/change/", "/history/")
    changed, added = trail(product)
    assert boss_client.get(history).content.decode().count(">Revert</a>") == 1
    viewer = sign_in(make_staff("catalog.view_product"))
    assert ">Revert</a>" not in viewer.get(history).content.decode()
    sent = {"_confirm": "yes", "version": "2"}
    assert viewer.post(revert_address(product, changed), sent).status_code == 403
    assert boss_client.post(revert_address(product, added), sent).status_code == 404
    assert Product.objects.get().name_en == "Second"


def test_number_of_another_rows_change_is_not_found(boss_client):
    product, second = make_product(name="Lamp"), make_product(name="Second")
    update_product(product=second, values={"name_en": "Changed"})
    assert boss_client.get(revert_address(product, trail(second)[0])).status_code == 404


# Reasons


def test_reason_goes_with_the_row_its_inline_rows_and_their_events(boss_client):
    product = make_product(name="Lamp", price="1500")
    sent = inputs_of(boss_client.get(page_of(product)).content.decode(), "product_form")
    sent |= {"name_en": ["Desk"], "prices-0-amount": ["1750"], "change_reason": ["Season sale"]}
    assert boss_client.post(page_of(product), sent).status_code == 302
    price = product.prices.get()
    assert [trail(product)[0].reason, trail(price)[0].reason] == ["Season sale", "Season sale"]
    reasons = dict(Event.objects.values_list("type", "reason"))
    assert reasons == {"product.updated": "Season sale", "price.changed": "Season sale"}
    history = words(boss_client.get(page_of(product).replace("/change/", "/history/")))
    assert "Reason: Season sale" in history


def test_reason_alone_changes_nothing(boss_client):
    product = make_product()
    sent = inputs_of(boss_client.get(page_of(product)).content.decode(), "product_form")
    assert boss_client.post(page_of(product), sent | {"change_reason": ["why"]}).status_code == 302
    product.refresh_from_db()
    assert (product.version, Event.objects.count()) == (1, 0)


def test_reason_of_a_new_row_is_kept(boss_client):
    page = "/admin/locations/location/add/"
    sent = inputs_of(boss_client.get(page).content.decode(), "location_form")
    sent |= {"code": ["north"], "name_en": ["North"], "change_reason": ["New building"]}
    assert boss_client.post(page, sent).status_code == 302
    assert Event.objects.get().reason == "New building"


@pytest.mark.parametrize(("length", "status"), [(300, 302), (301, 200)])
def test_reason_has_at_most_300_characters(length, status, boss_client):
    product = make_product(name="Lamp")
    sent = inputs_of(boss_client.get(page_of(product)).content.decode(), "product_form")
    sent |= {"name_en": ["Desk"], "change_reason": ["x" * length]}
    assert boss_client.post(page_of(product), sent).status_code == status
    product.refresh_from_db()
    assert product.name_en == ("Desk" if status == 302 else "Lamp")


def test_reason_of_a_revert_is_shown_in_arabic(boss, boss_client):
    product = make_product(name="Lamp")
    with change_context(actor=f"user:{boss.pk}", reason="Reverted change 12"):
        update_product(product=product, values={"name_en": "Second"})
    boss_client.cookies["django_language"] = "ar"
    history = words(boss_client.get(page_of(product).replace("/change/", "/history/")))
    assert "إلغاء التغيير 12" in history
