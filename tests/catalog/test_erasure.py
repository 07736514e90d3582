"""Erasing a customer: no column of any table holds who it was, and the record stays whole."""

from __future__ import annotations

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, connections
from django.test import Client

from catalog.errors import PartnerHasOpenOrders
from catalog.models import Order, OrderLine
from catalog.services.orders import cancel_order, place_order, ship_order
from core.context import Context, Source, use_context
from core.events.models import DeliveryState, Event, EventDelivery
from core.events.services import unit_of_work
from core.idempotency.models import IdempotencyRecord
from core.jobs.models import Job
from core.references.services import merge_rows
from integrations.zoho.models import OrderPush, SyncRun
from settings_modules.partners.models import BusinessPartner
from settings_modules.partners.services import partners
from settings_modules.partners.services.erasure import erase_partner
from tests.admin.rows import ROWS
from tests.factories.catalog import make_product, order_request
from tests.factories.partners import (
    make_address,
    make_contact,
    make_partner,
    make_partner_account,
    make_partner_registration,
)

NAME = "Zainab Al-Khafaji"
FORMER_NAME = "Zainab Hadi"
EMAIL = "zainab.k@example.org"
PHONE = "+9647712345678"
ADDRESS = "Palm Street 14, Basra"
NOTE = "Leave it with Umm Ali, please"
COMMENT = "a present for Rami"
WORDS = [NAME, FORMER_NAME, EMAIL, ADDRESS, NOTE, COMMENT]
STAFF = Context(request_id="s" * 32, actor="user:7", source=Source.ADMIN, reason="asked by phone")
NATIONAL_DIGITS = "7712345678"
SCAN = """
SELECT EXISTS (
    SELECT FROM {table} WHERE {column}::text ILIKE ANY (%s)
    OR regexp_replace(
        translate({column}::text, '٠١٢٣٤٥٦٧٨٩', '0123456789'), '[^0-9]', '', 'g'
    ) LIKE %s
)
"""


def places_of_the_person() -> set[str]:
    """Every text and JSON column of the database that holds any of the person's values."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN"
            " ('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY', 'bytea')"
        )
        columns = cursor.fetchall()
        assert len({table for table, _ in columns}) > 40
        for table, column in columns:
            sql = SCAN.format(table=f'"{table}"', column=f'"{column}"')
            cursor.execute(sql, [[f"%{word}%" for word in WORDS], f"%{NATIONAL_DIGITS}%"])
            if cursor.fetchone()[0]:
                found.add(f"{table}.{column}")
    return found


def history_rows() -> set[tuple[str, int]]:
    """Table and key of every history row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'pgh_id'"
            " AND table_schema = 'public'"
        )
        tables = [table for (table,) in cursor.fetchall()]
        rows = set()
        for table in tables:
            cursor.execute(f"SELECT pgh_id FROM {table}")
            rows |= {(table, key) for (key,) in cursor.fetchall()}
    return rows


def order_over_http(product) -> Order:
    answer = Client().post(
        "/api/v1/consumer/orders",
        {
            "items": [{"product_id": str(product.pk), "quantity": 1, "comment": COMMENT}],
            "customer_name": FORMER_NAME,
            "customer_phone": "0771 234 5678",
            "customer_email": EMAIL,
            "delivery_address": ADDRESS,
            "notes": NOTE,
        },
        content_type="application/json",
        headers={"Idempotency-Key": "phone-07712345678"},
    )
    assert answer.status_code == 201
    return Order.objects.get(number=answer.json()["order_number"])


def quote_the_person(order: Order) -> None:
    """What machinery keeps of a customer when something goes wrong."""
    OrderPush.objects.create(order=order, last_error=f"Zoho: {NAME} exists already")
    EventDelivery.objects.filter(stream_type="order", stream_id=str(order.pk)).update(
        state=DeliveryState.DISCARDED,
        last_error=f"ValueError: {EMAIL.upper()}",
        discard_reason="called 00964 771 234 5678",
    )
    run: SyncRun = ROWS["zoho.SyncRun"]()
    SyncRun.objects.filter(pk=run.pk).update(errors=[{"id": "1", "reason": f"{NAME}?"}])
    Job.objects.filter(pk=run.job_id).update(
        step=FORMER_NAME,
        log_tail="line one\n+964 (0) 771-234-5678\n",
        error=ADDRESS.lower(),
        result={"told": "٠٧٧١٢٣٤٥٦٧٨"},
    )


@pytest.fixture
def person(committed_db) -> BusinessPartner:
    """A customer whom staff renamed, with a shipped and a cancelled order."""
    product = make_product(stock="20")
    shipped = order_over_http(product)
    request = order_request((product, 2), phone=PHONE)
    cancelled = place_order(request=dataclasses.replace(request, name=NAME, notes=NOTE))
    partner = shipped.partner
    with use_context(STAFF), unit_of_work():
        partner.name = NAME
        partner.zoho_contact_id = "460000000026049"
        partner.save()
        make_contact(partner, NAME, phone=PHONE, email=EMAIL)
        make_address(partner, ADDRESS, recipient=NAME, phone=PHONE)
        make_partner_registration(partner, legal_name=NAME, address=ADDRESS)
        make_partner_account(partner, account_holder=NAME)
        ship_order(order=shipped)
        cancel_order(order=cancelled, reason="changed plans")
    quote_the_person(shipped)
    return partner


HOLDERS = {
    "partners_businesspartner.name",
    "partners_businesspartner.phone",
    "partners_businesspartner.email",
    "partners_businesspartner.search_text",
    "partners_partneraddress.line1",
    "partners_partneraddress.phone",
    "partners_partneraddress.recipient",
    "partners_partneraddress.search_text",
    "partners_partnerbankaccount.account_holder",
    "partners_partnercontact.email",
    "partners_partnercontact.name",
    "partners_partnercontact.phone",
    "partners_partnercontact.search_text",
    "partners_partnergstregistration.address",
    "partners_partnergstregistration.legal_name",
    "catalog_order.customer_name",
    "catalog_order.customer_phone",
    "catalog_order.customer_email",
    "catalog_order.delivery_address",
    "catalog_order.notes",
    "catalog_orderline.comment",
    "core_idempotencyrecord.key",
    "zoho_orderpush.last_error",
    "zoho_syncrun.errors",
    "core_eventdelivery.last_error",
    "core_eventdelivery.discard_reason",
    "core_job.step",
    "core_job.log_tail",
    "core_job.error",
    "core_job.result",
}


def test_nothing_of_the_person_is_left_in_any_column(person, capsys):
    assert places_of_the_person() == HOLDERS  # negative control: the scan finds what is there
    before = history_rows()
    with use_context(STAFF):
        erase_partner(partner=person)
    assert places_of_the_person() == set()
    assert before <= history_rows()
    call_command("verify_events")
    assert capsys.readouterr().out.startswith("verified: ")
    event = Event.objects.get(type="partner.erased")
    assert (event.stream_type, event.stream_id, event.data, event.actor) == (
        "partner",
        str(person.pk),
        {},
        "user:7",
    )


def test_orders_keep_everything_but_the_person(person):
    kept = ("number", "partner_id", "status", "currency", "total", "mirror_state", "placed_at")
    before = list(Order.objects.order_by("pk").values_list(*kept))
    lines = list(OrderLine.objects.order_by("pk").values_list("product_id", "line_total"))
    erase_partner(partner=person)
    assert list(Order.objects.order_by("pk").values_list(*kept)) == before
    after = OrderLine.objects.order_by("pk")
    assert list(after.values_list("product_id", "line_total")) == lines
    person.refresh_from_db()
    assert (person.name, person.phone, person.email, person.zoho_contact_id) == (
        f"Erased customer {person.pk}",
        None,
        "",
        "460000000026049",
    )
    names = Order.objects.values_list("customer_name", "customer_phone")
    assert set(names) == {(person.name, "")}


def test_erased_twice_changes_nothing_more(person):
    erase_partner(partner=person)
    events, history = Event.objects.count(), history_rows()
    erase_partner(partner=person)
    assert (Event.objects.count(), history_rows()) == (events, history)


def test_partner_merged_into_the_person_is_erased_with_it(person):
    double = make_partner(FORMER_NAME, email=EMAIL, pan="AAACM1234A")
    merge_rows(kept=person, merged=double, reason="the same person")
    erase_partner(partner=person)
    assert places_of_the_person() == set()
    double.refresh_from_db()
    assert (double.name, double.pan) == (f"Erased customer {double.pk}", "")
    assert Event.objects.filter(type="partner.erased").count() == 2


def test_other_people_stay(person):
    product = make_product()
    request = order_request((product, 1), phone="+9647812345678")
    other = place_order(request=dataclasses.replace(request, name="Zain Hadi", notes="Ring twice"))
    cancel_order(order=other)
    OrderPush.objects.create(order=other, last_error="validation of Zain Hadi")
    IdempotencyRecord.objects.filter(key="phone-07712345678").update(key="phone-07812345678")
    erase_partner(partner=person)
    other.refresh_from_db()
    assert (other.customer_name, other.notes) == ("Zain Hadi", "Ring twice")
    assert other.zoho_push.last_error == "validation of Zain Hadi"
    assert IdempotencyRecord.objects.get().key == "phone-07812345678"


def test_open_order_refuses_the_erasure(person):
    request = order_request((make_product(), 1), phone=PHONE)
    order = place_order(request=request)
    assert order.partner_id == person.pk
    with pytest.raises(PartnerHasOpenOrders, match=order.number):
        erase_partner(partner=person)
    assert places_of_the_person() == HOLDERS
    assert not Event.objects.filter(type="partner.erased").exists()


def test_erased_shopper_who_orders_again_is_a_new_customer(person):
    erase_partner(partner=person)
    order = place_order(request=order_request((make_product(), 1), phone=PHONE))
    assert order.partner_id != person.pk


def place_while_erased(person: BusinessPartner) -> Order:
    """An order whose customer is erased between being found and being ordered for."""
    product = make_product()
    is_held, is_erased = threading.Event(), threading.Event()

    def erase() -> None:
        with unit_of_work():
            erase_partner(partner=person)
            is_held.set()
            is_erased.wait(timeout=1)
        connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as pool:
        erasing = pool.submit(erase)
        assert is_held.wait(timeout=10)
        order = place_order(request=order_request((product, 1), phone=PHONE))
        is_erased.set()
        erasing.result()
    return order


def test_order_placed_during_the_erasure_belongs_to_a_new_customer(person):
    assert place_while_erased(person).partner_id != person.pk


def test_order_placed_during_the_erasure_lands_on_the_erased_one_without_the_lock(
    person, monkeypatch
):
    """Negative control: it is the held row that keeps them apart."""
    sql = partners._HELD_BY_PHONE.removesuffix(" FOR KEY SHARE")
    assert sql != partners._HELD_BY_PHONE
    monkeypatch.setattr(partners, "_HELD_BY_PHONE", sql)
    assert place_while_erased(person).partner_id == person.pk


def test_order_erased_by_half_refused_by_the_database(person):
    with pytest.raises(IntegrityError, match="catalog_order_erased_entirely"):
        Order.objects.filter(partner=person).update(customer_phone="")
