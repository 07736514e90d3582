from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.enums import OrderStatus, Ownership
from catalog.models import Movement, Order, StockLevel
from core.events.models import DeliveryState, Event, EventDelivery
from core.identity.models import User
from core.jobs.models import Job, JobState
from integrations.zoho.models import Connection, SyncRun
from tests.admin.conftest import make_staff, sign_in
from tests.admin.rows import ROWS
from tests.admin.sent_forms import inputs_of, opened
from tests.factories.catalog import make_order, make_product


def adjust_address(stock: StockLevel) -> str:
    return f"/admin/catalog/stocklevel/{stock.pk}/adjust/"


def adjustment(**given: str) -> dict[str, str]:
    return {"_confirm": "yes", "mode": "count", "quantity": "7", "reason": "counted", **given}


@pytest.mark.parametrize(
    ("given", "on_hand", "moved"),
    [
        ({}, Decimal(7), Decimal(-3)),
        ({"mode": "change", "quantity": "2.5"}, Decimal("12.5"), Decimal("2.5")),
    ],
)
def test_adjustment_moves_stock_with_its_reason(given, on_hand, moved, boss, boss_client):
    stock = make_product(stock="10").stock.get()
    answer = boss_client.post(adjust_address(stock), adjustment(**given))
    assert answer.status_code == 302
    stock.refresh_from_db()
    movement = Movement.objects.get()
    assert (stock.on_hand, movement.quantity, movement.reason) == (on_hand, moved, "counted")
    assert movement.actor == f"user:{boss.pk}"
    assert Event.objects.get(type="stock.adjusted").reason == "counted"


@pytest.mark.parametrize(
    ("ownership", "given", "message"),
    [
        (Ownership.LOCAL, {"reason": ""}, "This field is required."),
        (Ownership.LOCAL, {"quantity": "10"}, "On hand already is 10"),
        (Ownership.LOCAL, {"quantity": "-1"}, "cannot go down to -1"),
        (Ownership.ZOHO, {}, "Zoho keeps this stock figure"),
    ],
)
def test_refused_adjustment_shows_why_and_moves_nothing(ownership, given, message, boss_client):
    stock = make_product(stock="10", ownership=ownership).stock.get()
    answer = boss_client.post(adjust_address(stock), adjustment(**given))
    assert answer.status_code == 200
    assert message in answer.content.decode()
    stock.refresh_from_db()
    assert (stock.on_hand, Movement.objects.count()) == (Decimal(10), 0)


def test_adjustment_needs_the_permission(db):
    stock = make_product(stock="10").stock.get()
    client = sign_in(make_staff("catalog.view_stocklevel"))
    assert client.post(adjust_address(stock), adjustment()).status_code == 403
    stock.refresh_from_db()
    assert (stock.on_hand, Movement.objects.count()) == (Decimal(10), 0)


def test_bulk_shipping_says_for_each_order_how_it_went(boss_client):
    product = make_product(stock="10")
    ready, cancelled = make_order((product, 1)), make_order((product, 1))
    Order.objects.filter(pk=cancelled.pk).update(status=OrderStatus.CANCELLED)
    sent = {"action": "ship", "_selected_action": [ready.pk, cancelled.pk]}
    text = boss_client.post("/admin/catalog/order/", sent, follow=True).content.decode()
    ready.refresh_from_db()
    assert ready.status == OrderStatus.SHIPPED
    assert f"{ready.number}: shipped." in text
    assert f"{cancelled.number}: Order {cancelled.number} is cancelled" in text


def test_bulk_cancelling_asks_for_the_reason_first(boss_client):
    order = make_order((make_product(stock="10"), 4))
    sent: dict[str, object] = {"action": "cancel", "_selected_action": [order.pk]}
    page = boss_client.post("/admin/catalog/order/", sent)
    order.refresh_from_db()
    assert (page.status_code, order.status) == (200, OrderStatus.CONFIRMED)
    boss_client.post("/admin/catalog/order/", {**sent, "_confirm": "yes", "reason": "no answer"})
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert StockLevel.objects.get().reserved == 0
    assert Event.objects.get(type="order.cancelled").data["reason"] == "no answer"


@pytest.mark.parametrize("page", ["ship", "cancel"])
def test_viewer_cannot_process_an_order(page, db):
    order = make_order((make_product(), 1))
    client = sign_in(make_staff("catalog.view_order"))
    address = f"/admin/catalog/order/{order.pk}/{page}/"
    assert client.post(address, {"_confirm": "yes", "reason": "x"}).status_code == 403
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED


def test_order_page_shows_its_timeline(boss_client):
    order = make_order((make_product(), 1))
    text = boss_client.get(f"/admin/catalog/order/{order.pk}/change/").content.decode()
    assert "order.placed" in text


def test_dead_letter_is_tried_again(boss_client):
    delivery = ROWS["core.EventDelivery"]()
    sent = {"action": "retry", "_selected_action": [delivery.pk]}
    boss_client.post("/admin/core/eventdelivery/", sent)
    assert EventDelivery.objects.get(pk=delivery.pk).state == DeliveryState.PENDING


def discard_address(delivery: EventDelivery) -> str:
    return f"/admin/core/eventdelivery/{delivery.pk}/discard/"


def test_dead_letter_is_discarded_with_its_reason(boss_client):
    delivery = ROWS["core.EventDelivery"]()
    page = f"/admin/core/eventdelivery/{delivery.pk}/change/"
    assert discard_address(delivery) in boss_client.get(page).content.decode()
    answer = boss_client.post(discard_address(delivery), {"_confirm": "yes", "reason": "mended"})
    assert (answer.status_code, answer.url) == (302, page)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.discard_reason) == (DeliveryState.DISCARDED, "mended")
    text = boss_client.get(page).content.decode()
    assert "mended" in text
    assert discard_address(delivery) not in text


@pytest.mark.parametrize(
    ("state", "reason", "message"),
    [
        (DeliveryState.DEAD, "", "This field is required."),
        (DeliveryState.DEAD, "   ", "This field is required."),
        (DeliveryState.PENDING, "why", "not a dead letter, or no longer one"),
    ],
)
def test_refused_discarding_shows_why(state, reason, message, boss_client):
    delivery = ROWS["core.EventDelivery"]()
    EventDelivery.objects.update(state=state)
    sent = {"_confirm": "yes", "reason": reason}
    answer = boss_client.post(discard_address(delivery), sent)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.discard_reason) == (state, "")


def test_discarding_needs_the_permission(db):
    delivery = ROWS["core.EventDelivery"]()
    client = sign_in(make_staff("core.view_eventdelivery"))
    sent = {"_confirm": "yes", "reason": "why"}
    assert client.post(discard_address(delivery), sent).status_code == 403
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DEAD


def test_bulk_discarding_asks_for_the_reason_and_takes_dead_letters_only(boss_client):
    dead, done = ROWS["core.EventDelivery"](), ROWS["core.EventDelivery"]()
    EventDelivery.objects.filter(pk=done.pk).update(state=DeliveryState.DONE)
    address = "/admin/core/eventdelivery/"
    sent = {"action": "discard", "_selected_action": [dead.pk, done.pk]}
    text = boss_client.post(address, sent).content.decode()
    assert 'name="reason"' in text
    assert f'value="{dead.pk}"' in text
    assert f'value="{done.pk}"' not in text
    assert EventDelivery.objects.get(pk=dead.pk).state == DeliveryState.DEAD
    boss_client.post(address, {**sent, "_confirm": "yes", "reason": "all old"})
    states = dict(EventDelivery.objects.values_list("pk", "state"))
    assert states == {dead.pk: DeliveryState.DISCARDED, done.pk: DeliveryState.DONE}


def test_bulk_discarding_of_no_dead_letter_says_so(boss_client):
    delivery = ROWS["core.EventDelivery"]()
    EventDelivery.objects.update(state=DeliveryState.DONE)
    sent = {"action": "discard", "_selected_action": [delivery.pk]}
    text = boss_client.post("/admin/core/eventdelivery/", sent, follow=True).content.decode()
    assert "Choose 1 to 200 dead letters. Nothing was discarded." in text


def test_discard_page_speaks_arabic(boss_client):
    delivery = ROWS["core.EventDelivery"]()
    boss_client.post("/admin/language/", {"language": "ar", "next": "/admin/"})
    text = boss_client.get(discard_address(delivery)).content.decode()
    assert "تجاهل الرسائل المتعثرة" in text
    assert "لن تُسلَّم أبداً" in text


def test_progress_answers_for_the_jobs_asked_for(boss_client):
    job = Job.objects.create(
        kind="x", state=JobState.RUNNING, done=1, total=4, step="two", request_id="r"
    )
    answer = boss_client.get("/admin/core/job/progress/", {"id": [str(job.pk), "nonsense"]})
    (facts,) = answer.json()["jobs"]
    assert (facts["percent"], facts["step"], facts["finished"]) == (25, "two", False)


def test_progress_needs_the_permission(db):
    assert sign_in(make_staff()).get("/admin/core/job/progress/").status_code == 403


def test_sync_now_starts_a_run_by_post_only(boss_client):
    connection = ROWS["zoho.Connection"]()
    Connection.objects.filter(pk=connection.pk).update(is_active=True)
    assert boss_client.get("/admin/zoho/syncrun/sync/").status_code == 200
    assert SyncRun.objects.count() == 0
    sent = {"_confirm": "yes", "kind": "items"}
    assert boss_client.post("/admin/zoho/syncrun/sync/", sent).status_code == 302
    assert SyncRun.objects.get().kind == "items"


def test_sync_now_without_a_connection_says_so(boss_client):
    sent = {"_confirm": "yes", "kind": "items"}
    answer = boss_client.post("/admin/zoho/syncrun/sync/", sent)
    assert "There is no usable connection to Zoho" in answer.content.decode()


def test_sync_now_needs_the_permission(db):
    ROWS["zoho.Connection"]()
    client = sign_in(make_staff("zoho.view_syncrun"))
    sent = {"_confirm": "yes", "kind": "items"}
    assert client.post("/admin/zoho/syncrun/sync/", sent).status_code == 403
    assert SyncRun.objects.count() == 0


def test_connection_secrets_are_never_shown_and_kept_when_left_empty(boss_client):
    connection = ROWS["zoho.Connection"]()
    address = f"/admin/zoho/connection/{connection.pk}/change/"
    text = boss_client.get(address).content.decode()
    assert "hidden-secret" not in text
    assert "hidden-token" not in text
    sent = inputs_of(text, "connection_form")
    assert sent["client_secret"] == [""]
    sent |= {"name": ["Renamed"], "refresh_token": ["newer-token"]}
    assert boss_client.post(address, sent).status_code == 302
    connection.refresh_from_db()
    kept = (connection.name, connection.client_secret, connection.refresh_token)
    assert kept == ("Renamed", "hidden-secret", "newer-token")


def test_account_is_made_with_a_working_password(boss_client):
    sent = {
        "email": "new@example.com",
        "full_name": "New",
        "is_staff": "on",
        "usable_password": "true",
        "password1": "correct-horse-battery",
        "password2": "correct-horse-battery",
    }
    assert boss_client.post("/admin/core/user/add/", sent).status_code == 302
    user = User.objects.get(email="new@example.com")
    assert (user.check_password("correct-horse-battery"), user.is_staff) == (True, True)


def test_password_page_sets_the_password(boss_client):
    user = ROWS["core.User"]()
    sent = {"password1": "correct-horse-battery", "password2": "correct-horse-battery"}
    address = f"/admin/core/user/{user.pk}/password/"
    assert boss_client.post(address, {**sent, "usable_password": "true"}).status_code == 302
    user.refresh_from_db()
    assert user.check_password("correct-horse-battery")


def test_staff_cannot_make_themselves_superuser(db):
    clerk = make_staff("core.view_user", "core.change_user")
    client, address = sign_in(clerk), f"/admin/core/user/{clerk.pk}/change/"
    sent = opened(client, address, "user_form")
    sent |= {"is_superuser": ["on"], "preferred_language": ["ar"]}
    answer = client.post(address, sent)
    clerk.refresh_from_db()
    assert (answer.status_code, clerk.is_superuser, clerk.preferred_language) == (302, False, "ar")


def test_staff_cannot_reset_a_superusers_password(boss):
    clerk = make_staff("core.view_user", "core.change_user")
    before = boss.password
    sent = {"password1": "correct-horse-battery", "password2": "correct-horse-battery"}
    sign_in(clerk).post(f"/admin/core/user/{boss.pk}/password/", sent)
    boss.refresh_from_db()
    assert boss.password == before


def test_language_switch_turns_the_page_around(boss_client):
    boss_client.post("/admin/language/", {"language": "ar", "next": "/admin/"})
    text = boss_client.get("/admin/").content.decode()
    assert 'dir="rtl"' in text
    assert "نظرة عامة" in text
