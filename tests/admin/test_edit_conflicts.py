"""Two people on one page: nobody's typing is lost, and nothing is overwritten unseen."""

from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core import signing
from django.test import Client
from django.urls import reverse

from catalog.admin.products import ProductAdmin
from catalog.models import Price, PriceList, Product
from catalog.services.prices import remove_price, set_price
from catalog.services.products import update_product
from core.context import change_context
from core.editing.models import VersionedModel
from core.events.models import Event
from core.identity.accounts import update_user
from core.identity.models import User
from integrations.zoho.models import Connection
from integrations.zoho.services.connections import update_connection
from settings_modules.organizations.models import DocumentSeries
from settings_modules.organizations.services.document_series import update_series
from tests.admin.conftest import make_staff, sign_in
from tests.admin.rows import ROWS
from tests.admin.sent_forms import inputs_of, opened
from tests.concurrency.threads import run_together
from tests.factories.catalog import make_product

NOTHING_SAVED = "Nothing is saved yet: look through the values and save again."


def page_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def form_id(row) -> str:
    return f"{row._meta.model_name}_form"


def words(answer) -> str:
    """The page's text without tags, its blanks made single; times as they are on the page."""
    text = re.sub(r"<script.*?</script>|<[^>]+>", "", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(text))


def by(user: User):
    return change_context(actor=f"user:{user.pk}")


@pytest.fixture
def other(db) -> User:
    return make_staff(is_superuser=True, full_name="The Other")


def test_different_fields_are_put_together_and_shown_before_they_are_saved(other, boss_client):
    product = make_product(name="Lamp", unit="piece")
    sent = opened(boss_client, page_of(product), "product_form")
    with by(other):
        update_product(product=product, values={"unit": "box"})
    answer = boss_client.post(page_of(product), sent | {"name_en": ["Desk lamp"]})
    text = words(answer)
    assert answer.status_code == 200
    assert "The Other changed this record while you were editing it, last at" in text
    assert NOTHING_SAVED in text
    assert "Unit: piece → box (The Other, " in text
    assert "You both changed this" not in text
    product.refresh_from_db()
    assert (product.name_en, product.unit, product.version) == ("Lamp", "box", 2)
    again = inputs_of(answer.content.decode(), "product_form")
    assert (again["name_en"], again["unit"]) == (["Desk lamp"], ["box"])
    assert boss_client.post(page_of(product), again).status_code == 302
    product.refresh_from_db()
    assert (product.name_en, product.unit, product.version) == ("Desk lamp", "box", 3)
    event = Event.objects.filter(type="product.updated").latest("position")
    assert event.data == {"changes": {"name_en": {"old": "Lamp", "new": "Desk lamp"}}}


def test_same_field_says_what_it_was_what_the_other_made_it_and_keeps_mine(other, boss_client):
    product = make_product(name="Lamp")
    sent = opened(boss_client, page_of(product), "product_form")
    with by(other):
        update_product(product=product, values={"name_en": "Theirs"})
    answer = boss_client.post(page_of(product), sent | {"name_en": ["Mine"]})
    assert "It was “Lamp”; The Other made it “Theirs” at" in words(answer)
    assert list(answer.context["adminform"].form.errors) == ["__all__", "name_en"]
    again = inputs_of(answer.content.decode(), "product_form")
    assert again["name_en"] == ["Mine"]
    assert boss_client.post(page_of(product), again).status_code == 302
    product.refresh_from_db()
    assert (product.name_en, product.version) == ("Mine", 3)


def test_both_wrote_the_same_is_no_clash(other, boss_client):
    product = make_product(name="Lamp")
    sent = opened(boss_client, page_of(product), "product_form")
    with by(other):
        update_product(product=product, values={"name_en": "Same"})
    answer = boss_client.post(page_of(product), sent | {"name_en": ["Same"]})
    assert list(answer.context["adminform"].form.errors) == ["__all__"]


def test_third_person_in_between_is_shown_again(other, boss_client):
    product = make_product(name="Lamp", unit="piece")
    sent = opened(boss_client, page_of(product), "product_form")
    update_product(product=product, values={"unit": "box"})
    answer = boss_client.post(page_of(product), sent | {"name_en": ["Mine"]})
    with by(other):
        update_product(product=product, values={"unit": "crate"})
    again = inputs_of(answer.content.decode(), "product_form")
    answer = boss_client.post(page_of(product), again)
    assert "Unit: box → crate (The Other, " in words(answer)
    last = inputs_of(answer.content.decode(), "product_form")
    assert (last["name_en"], last["unit"]) == (["Mine"], ["crate"])


def test_checkbox_and_reference_of_the_other_are_taken_over(other, boss_client):
    shelf = ROWS["catalog.Category"]()
    product = make_product(name="Lamp")
    sent = opened(boss_client, page_of(product), "product_form")
    with by(other):
        update_product(product=product, values={"is_active": False, "category": shelf})
    answer = boss_client.post(page_of(product), sent | {"unit": ["box"]})
    assert f"Category: — → {shelf} (The Other, " in words(answer)
    assert "Active: yes → no (The Other, " in words(answer)
    again = inputs_of(answer.content.decode(), "product_form")
    assert again["category"] == [str(shelf.pk)]
    assert "is_active" not in again
    boss_client.post(page_of(product), again)
    product.refresh_from_db()
    assert (product.unit, product.is_active, product.category) == ("box", False, shelf)


@pytest.mark.parametrize("state", ["", "altered"])
def test_form_that_does_not_say_what_was_seen_is_shown_once(state, boss_client):
    product = make_product(name="Lamp")
    sent = opened(boss_client, page_of(product), "product_form")
    sent |= {"name_en": ["Mine"], "seen_state": [state]}
    answer = boss_client.post(page_of(product), sent)
    assert "It is not known which values you had seen." in words(answer)
    product.refresh_from_db()
    assert product.name_en == "Lamp"
    again = inputs_of(answer.content.decode(), "product_form")
    assert boss_client.post(page_of(product), again).status_code == 302
    product.refresh_from_db()
    assert product.name_en == "Mine"


def test_state_seen_of_another_row_does_not_count(boss_client):
    product, second = make_product(name="Lamp"), make_product(name="Second")
    strange = opened(boss_client, page_of(second), "product_form")["seen_state"]
    sent = opened(boss_client, page_of(product), "product_form")
    answer = boss_client.post(page_of(product), sent | {"name_en": ["x"], "seen_state": strange})
    assert "It is not known which values you had seen." in words(answer)


def test_personal_fields_are_compared_although_history_does_not_hold_them(other, boss_client):
    person = User.objects.create(email="staff@example.com", full_name="Before")
    sent = opened(boss_client, page_of(person), "user_form")
    with by(other):
        update_user(user=person, values={"full_name": "Theirs", "phone": "+9647701234567"})
    answer = boss_client.post(page_of(person), sent | {"full_name": ["Mine"]})
    assert "It was “Before”; The Other made it “Theirs” at" in words(answer)
    assert "Phone: — → +9647701234567 (The Other, " in words(answer)
    boss_client.post(page_of(person), inputs_of(answer.content.decode(), "user_form"))
    person.refresh_from_db()
    assert (person.full_name, str(person.phone)) == ("Mine", "+9647701234567")


def test_roles_that_the_other_gave_are_not_taken_away(other, boss_client):
    clerks, owners = Group.objects.create(name="Clerks"), Group.objects.create(name="Owners")
    person = User.objects.create(email="staff@example.com")
    sent = opened(boss_client, page_of(person), "user_form")
    with by(other):
        update_user(user=person, values={"groups": [clerks]})
    answer = boss_client.post(page_of(person), sent | {"time_zone": ["UTC"]})
    assert "Groups: — → Clerks (The Other, " in words(answer)
    again = inputs_of(answer.content.decode(), "user_form")
    assert again["groups"] == [str(clerks.pk)]
    with by(other):
        update_user(user=person, values={"groups": [clerks, owners]})
    answer = boss_client.post(page_of(person), again | {"groups": []})
    assert "It was “Clerks”; The Other made it “Clerks, Owners” at" in words(answer)
    assert set(person.groups.all()) == {clerks, owners}


def test_secrets_are_not_in_the_form_and_still_compared(other, boss_client):
    connection = ROWS["zoho.Connection"]()
    sent = opened(boss_client, page_of(connection), "connection_form")
    with by(other):
        update_connection(connection=connection, values={"client_secret": "their-secret"})
    answer = boss_client.post(page_of(connection), sent | {"client_secret": ["my-secret"]})
    text = answer.content.decode()
    assert "It was “not shown”; The Other made it “not shown” at" in words(answer)
    assert "their-secret" not in text
    assert Connection.objects.get().client_secret == "their-secret"


def test_number_the_system_counts_does_not_hold_a_page_up(boss_client):
    make_product()
    series = DocumentSeries.objects.get()
    page = page_of(series.organization)
    sent = opened(boss_client, page, "organization_form")
    DocumentSeries.objects.update(last_number=7)
    sent.pop("series-0-is_active")
    assert boss_client.post(page, sent).status_code == 302
    series.refresh_from_db()
    assert (series.is_active, series.last_number) == (False, 7)


# Rows on their parent's page


def price_page(product: Product, client: Client) -> dict[str, list[str]]:
    return opened(client, page_of(product), "product_form")


def test_inline_row_both_changed_keeps_mine_and_names_theirs(other, boss_client):
    product = make_product(price="1500")
    sent = price_page(product, boss_client)
    price = product.prices.get()
    with by(other):
        set_price(product=product, price_list=price.price_list, amount=Decimal(1600))
    answer = boss_client.post(page_of(product), sent | {"prices-0-amount": ["1750"]})
    assert "It was “1,500”; The Other made it “1,600” at" in words(answer)
    price.refresh_from_db()
    assert price.amount == 1600
    again = inputs_of(answer.content.decode(), "product_form")
    assert again["prices-0-amount"] == ["1750"]
    assert boss_client.post(page_of(product), again).status_code == 302
    price.refresh_from_db()
    assert price.amount == 1750


def test_inline_row_only_the_other_changed_is_shown_before_the_rest_is_saved(other, boss_client):
    product = make_product(price="1500")
    sent = price_page(product, boss_client)
    price = product.prices.get()
    with by(other):
        set_price(product=product, price_list=price.price_list, amount=Decimal(1600))
    answer = boss_client.post(page_of(product), sent | {"unit": ["box"]})
    assert "Price: 1,500 → 1,600 (The Other, " in words(answer)
    again = inputs_of(answer.content.decode(), "product_form")
    assert (again["prices-0-amount"], again["unit"]) == (["1600"], ["box"])
    boss_client.post(page_of(product), again)
    price.refresh_from_db()
    assert (price.amount, price.version) == (1600, 2)


def test_inline_row_the_other_added_appears_with_my_changes(other, boss_client):
    product = make_product(price="1500")
    sent = price_page(product, boss_client)
    dealers = PriceList.objects.create(code="dealers", currency="IQD", name_en="Dealers")
    with by(other):
        set_price(product=product, price_list=dealers, amount=Decimal(900))
    answer = boss_client.post(page_of(product), sent | {"prices-0-amount": ["1750"]})
    assert f"The Other added “{product}: 900 IQD” at" in words(answer)
    again = inputs_of(answer.content.decode(), "product_form")
    assert again["prices-INITIAL_FORMS"] == ["2"]
    assert [again["prices-0-amount"], again["prices-1-amount"]] == [["1750"], ["900"]]
    assert boss_client.post(page_of(product), again).status_code == 302
    amounts = Price.objects.filter(product=product).order_by("pk").values_list("amount", flat=True)
    assert list(amounts) == [Decimal(1750), Decimal(900)]


def test_inline_row_the_other_removed_comes_back_as_a_new_one_with_what_i_typed(other, boss_client):
    product = make_product(price="1500")
    sent = price_page(product, boss_client)
    price_list = product.prices.get().price_list
    with by(other):
        remove_price(price=product.prices.get())
    answer = boss_client.post(page_of(product), sent | {"prices-0-amount": ["1750"]})
    assert f"The Other removed “{product}: 1,500 IQD” at" in words(answer)
    assert "You had typed: Price: 1750." in words(answer)
    assert product.prices.count() == 0
    again = inputs_of(answer.content.decode(), "product_form")
    assert again["prices-INITIAL_FORMS"] == ["0"]
    assert again["prices-0-price_list"] == [str(price_list.pk)]
    assert boss_client.post(page_of(product), again).status_code == 302
    assert product.prices.get().amount == 1750


def test_inline_row_the_other_removed_is_gone_when_nothing_was_typed_in_it(other, boss_client):
    product = make_product(price="1500")
    sent = price_page(product, boss_client)
    with by(other):
        remove_price(price=product.prices.get())
    answer = boss_client.post(page_of(product), sent | {"unit": ["box"]})
    assert f"The Other removed “{product}: 1,500 IQD” at" in words(answer)
    assert "You had typed" not in words(answer)
    again = inputs_of(answer.content.decode(), "product_form")
    assert again["prices-TOTAL_FORMS"] == ["0"]
    assert boss_client.post(page_of(product), again).status_code == 302
    product.refresh_from_db()
    assert (product.unit, product.prices.count()) == ("box", 0)


def test_row_to_be_removed_that_the_other_changed_is_not_removed_unseen(other, boss_client):
    product = make_product(price="1500")
    sent = price_page(product, boss_client)
    price_list = product.prices.get().price_list
    with by(other):
        set_price(product=product, price_list=price_list, amount=Decimal(1600))
    answer = boss_client.post(page_of(product), sent | {"prices-0-DELETE": ["on"]})
    assert "Price: 1,500 → 1,600 (The Other, " in words(answer)
    assert product.prices.count() == 1
    again = inputs_of(answer.content.decode(), "product_form")
    assert again["prices-0-DELETE"] == ["on"]
    assert boss_client.post(page_of(product), again).status_code == 302
    assert product.prices.count() == 0


# Amounts edited in the list


PRICES = "/admin/catalog/price/"


def test_list_row_both_changed_keeps_mine_and_others_are_left_alone(other, boss_client):
    first, second = make_product(price="1500"), make_product(price="2500")
    sent = opened(boss_client, PRICES, "changelist-form") | {"_save": ["Save"]}
    price_list = first.prices.get().price_list
    with by(other):
        set_price(product=first, price_list=price_list, amount=Decimal(1600))
        set_price(product=second, price_list=price_list, amount=Decimal(2600))
    answer = boss_client.post(PRICES, sent | {"form-0-amount": ["1750"]})
    assert "It was “1,500”; The Other made it “1,600” at" in words(answer)
    assert "2,600" not in words(answer)
    again = inputs_of(answer.content.decode(), "changelist-form")
    assert [again["form-0-amount"], again["form-1-amount"]] == [["1750"], ["2600"]]
    assert boss_client.post(PRICES, again | {"_save": ["Save"]}).status_code == 302
    assert (first.prices.get().amount, second.prices.get().amount) == (1750, 2600)


def test_list_row_the_other_changed_does_not_hold_up_mine(other, boss_client):
    first, second = make_product(price="1500"), make_product(price="2500")
    sent = opened(boss_client, PRICES, "changelist-form") | {"_save": ["Save"]}
    with by(other):
        set_price(product=first, price_list=first.prices.get().price_list, amount=Decimal(1600))
    assert boss_client.post(PRICES, sent | {"form-1-amount": ["2750"]}).status_code == 302
    assert (first.prices.get().amount, second.prices.get().amount) == (1600, 2750)


def test_list_row_the_other_removed_says_what_was_typed(other, boss_client):
    first, second = make_product(price="1500"), make_product(price="2500")
    sent = opened(boss_client, PRICES, "changelist-form") | {"_save": ["Save"]}
    with by(other):
        remove_price(price=first.prices.get())
    typed = {"form-0-amount": ["1750"], "form-1-amount": ["2750"]}
    answer = boss_client.post(PRICES, sent | typed)
    assert f"The Other removed “{first}: 1,500 IQD” at" in words(answer)
    assert "You had typed: Price: 1750." in words(answer)
    again = inputs_of(answer.content.decode(), "changelist-form")
    assert boss_client.post(PRICES, again | {"_save": ["Save"]}).status_code == 302
    assert second.prices.get().amount == 2750


# The moment between looking and saving


def edited_by_another_in_between(monkeypatch, product: Product) -> None:
    """Once the form is found to be good, somebody else commits a change."""
    checked, done = ProductAdmin.save_form, []

    def save_form(self, request, form, change):
        if not done:
            done.append(1)
            run_together(
                lambda unit: update_product(product=product, values={"name_en": unit}), ["Theirs"]
            )
        return checked(self, request, form, change)

    monkeypatch.setattr(ProductAdmin, "save_form", save_form)


def test_change_between_check_and_save_leads_to_the_same_page(committed_db, monkeypatch):
    product = make_product(name="Lamp")
    client = sign_in(make_staff(is_superuser=True))
    sent = opened(client, page_of(product), "product_form")
    edited_by_another_in_between(monkeypatch, product)
    answer = client.post(page_of(product), sent | {"name_en": ["Mine"]})
    assert answer.status_code == 200
    assert "It was “Lamp”; the system made it “Theirs” at" in words(answer)
    product.refresh_from_db()
    assert product.name_en == "Theirs"
    again = inputs_of(answer.content.decode(), "product_form")
    assert client.post(page_of(product), again).status_code == 302
    product.refresh_from_db()
    assert product.name_en == "Mine"


def test_without_the_version_the_other_is_overwritten_negative_control(committed_db, monkeypatch):
    product = make_product(name="Lamp")
    client = sign_in(make_staff(is_superuser=True))
    sent = opened(client, page_of(product), "product_form")
    edited_by_another_in_between(monkeypatch, product)

    def unguarded(self, obj, values):
        update_product(product=obj, values=values)

    monkeypatch.setattr(ProductAdmin, "update_row", unguarded)
    assert client.post(page_of(product), sent | {"name_en": ["Mine"]}).status_code == 302
    product.refresh_from_db()
    assert product.name_en == "Mine"


def test_price_added_by_another_in_between_is_not_overwritten(committed_db, monkeypatch):
    product = make_product(price=None)
    price_list = PriceList.objects.get()
    client = sign_in(make_staff(is_superuser=True))
    sent = opened(client, page_of(product), "product_form") | {
        "prices-TOTAL_FORMS": ["1"],
        "prices-0-price_list": [str(price_list.pk)],
        "prices-0-minimum_quantity": ["1"],
        "prices-0-amount": ["1750"],
    }
    checked, done = ProductAdmin.save_form, []

    def save_form(self, request, form, change):
        if not done:
            done.append(1)
            run_together(
                lambda amount: set_price(product=product, price_list=price_list, amount=amount),
                [Decimal(900)],
            )
        return checked(self, request, form, change)

    monkeypatch.setattr(ProductAdmin, "save_form", save_form)
    answer = client.post(page_of(product), sent)
    assert answer.status_code == 200
    assert f"the system added “{product}: 900 IQD” at" in words(answer)
    assert product.prices.get().amount == 900


# What is not guarded


def test_pages_that_edit_rows_without_a_version():
    unguarded = {
        model._meta.label
        for model, page in admin.site._registry.items()
        for door in (page, *(inline(model, admin.site) for inline in page.inlines))
        if door.offers("update_row") and not issubclass(door.model, VersionedModel)
    }
    assert unguarded == {
        "auth.Group",
        "django_celery_beat.CrontabSchedule",
        "django_celery_beat.IntervalSchedule",
        "django_celery_beat.PeriodicTask",
    }


def test_conflict_is_told_in_arabic(other, boss_client):
    product = make_product(name="Lamp")
    boss_client.cookies["django_language"] = "ar"
    sent = opened(boss_client, page_of(product), "product_form")
    with by(other):
        update_product(product=product, values={"name_en": "Theirs", "unit": "box"})
    text = words(boss_client.post(page_of(product), sent | {"name_en": ["Mine"]}))
    assert "لم يُحفظ شيء بعد" in text
    assert "كلاكما غيّر هذه القيمة. كانت «Lamp»" in text


def test_seen_state_holds_no_secret(boss_client):
    connection = ROWS["zoho.Connection"]()
    sent = opened(boss_client, page_of(connection), "connection_form")
    shown = str(signing.loads(sent["seen_state"][0], salt="core.admin.seen_state"))
    assert "hidden-secret" not in shown
    assert "hidden-token" not in shown
    assert "'client_id': 'id'" in shown


def test_series_changed_by_another_is_shown(other, boss_client):
    make_product()
    series = DocumentSeries.objects.get()
    page = page_of(series.organization)
    sent = opened(boss_client, page, "organization_form")
    with by(other):
        update_series(series=series, values={"prefix": "NEW-"})
    answer = boss_client.post(page, sent | {"series-0-padding": ["4"]})
    assert "Prefix: TP- → NEW- (The Other, " in words(answer)
    again = inputs_of(answer.content.decode(), "organization_form")
    assert boss_client.post(page, again).status_code == 302
    series.refresh_from_db()
    assert (series.prefix, series.padding) == ("NEW-", 4)


def test_other_roles_are_another_version_of_an_account(db):
    person = User.objects.create(email="staff@example.com")
    update_user(user=person, values={"groups": [Group.objects.create(name="Clerks")]})
    person.refresh_from_db()
    assert person.version == 2
