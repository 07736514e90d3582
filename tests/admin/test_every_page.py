from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.services.products import update_product
from core.admin.base import BaseAdmin
from core.context import Source, change_context
from tests.admin.conftest import make_staff, sign_in
from tests.admin.rows import ROWS
from tests.factories.organizations import seat
from tests.factories.terms import TERMS

PAGES = {model._meta.label: page for model, page in admin.site._registry.items()}
LABELS = sorted(ROWS)


def address(label: str, page: str, *args: object) -> str:
    app_label, model = label.lower().split(".")
    return reverse(f"admin:{app_label}_{model}_{page}", args=args)


def test_rows_exist_for_every_registered_model():
    assert sorted(PAGES) == LABELS


@pytest.mark.parametrize("label", LABELS)
def test_page_is_built_on_the_one_base(label):
    assert isinstance(PAGES[label], BaseAdmin)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("label", LABELS)
def test_list_change_and_history_pages_open(label, language, boss_client):
    row = ROWS[label]()
    boss_client.cookies["django_language"] = language
    direction = f'dir="{"rtl" if language == "ar" else "ltr"}"'
    for target in (
        address(label, "changelist"),
        address(label, "change", row.pk),
        address(label, "history", row.pk),
    ):
        response = boss_client.get(target)
        assert response.status_code == 200, target
        assert direction in response.content.decode()


@pytest.mark.parametrize("label", LABELS)
def test_address_without_a_key_is_not_found(label, boss_client):
    response = boss_client.get(f"{address(label, 'changelist')}no/such/page/", follow=True)
    assert response.status_code == 404


@pytest.mark.parametrize("label", LABELS)
def test_add_page_opens_exactly_where_a_service_creates(label, boss_client):
    response = boss_client.get(address(label, "add"))
    assert response.status_code == (200 if PAGES[label].offers("create_row") else 403)


#: Permissions come with the models, somebody must look, and a new installation has starting rows:
#: these lists are never empty.
NEVER_EMPTY = {
    *("auth.Permission", "core.User"),
    *("commodities.CommodityCategory", "commodities.HsnKnowledge", "commodities.TaxCode"),
    *("commodities.ParameterTemplate", "commodities.Unit"),
    *(model._meta.label for model in TERMS.values()),
}


@pytest.mark.parametrize("label", [label for label in LABELS if label not in NEVER_EMPTY])
def test_empty_list_says_what_belongs_there(label, boss_client):
    text = boss_client.get(address(label, "changelist")).content.decode()
    assert "tp-nothing" in text


@pytest.mark.parametrize("label", LABELS)
def test_list_asks_as_often_for_three_rows_as_for_one(label, boss_client):
    ROWS[label]()
    boss_client.get(address(label, "changelist"))
    with CaptureQueriesContext(connection) as one:
        boss_client.get(address(label, "changelist"))
    ROWS[label]()
    ROWS[label]()
    with CaptureQueriesContext(connection) as three:
        boss_client.get(address(label, "changelist"))
    assert len(three) == len(one), "\n".join(query["sql"] for query in three)


@pytest.mark.parametrize("label", LABELS)
def test_anonymous_is_sent_to_the_sign_in(label, db):
    row = ROWS[label]()
    for page, args in (("changelist", ()), ("change", (row.pk,)), ("history", (row.pk,))):
        response = Client().get(address(label, page, *args))
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("label", LABELS)
def test_staff_without_permissions_is_refused(label, db):
    row = ROWS[label]()
    client = sign_in(make_staff())
    for page, args in (("changelist", ()), ("change", (row.pk,)), ("history", (row.pk,))):
        assert client.get(address(label, page, *args)).status_code == 403
    assert client.post(address(label, "add"), {}).status_code == 403


@pytest.mark.parametrize("label", LABELS)
def test_viewer_sees_and_cannot_change(label, db):
    row = ROWS[label]()
    app_label, model = label.lower().split(".")
    person = make_staff(f"{app_label}.view_{model}")
    seat(person)
    client = sign_in(person)
    before = type(row).objects.filter(pk=row.pk).values().get()
    assert client.get(address(label, "changelist")).status_code == 200
    assert client.get(address(label, "change", row.pk)).status_code == 200
    assert client.post(address(label, "change", row.pk), {"name": "x"}).status_code == 403
    assert client.post(address(label, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).values().get() == before


def test_history_shows_who_changed_what(boss, boss_client):
    product = ROWS["catalog.Product"]()
    with change_context(source=Source.ADMIN, actor=f"user:{boss.pk}", reason="season"):
        update_product(product=product, values={"name_en": "New name"})
    text = boss_client.get(address("catalog.Product", "history", product.pk)).content.decode()
    for shown in ("The Boss", "season", product.name_en, "New name"):
        assert shown in text


def test_overview_shows_only_figures_one_may_see(db):
    client = sign_in(make_staff("catalog.view_order"))
    text = client.get("/admin/").content.decode()
    assert "Orders today" in text
    assert "Dead letters" not in text
