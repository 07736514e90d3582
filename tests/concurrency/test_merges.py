"""References that begin while two records are merged. Each race has its negative control."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from catalog.models import Category, Product
from core.errors import StillInUse
from core.events.models import DeliveryState, Event, EventDelivery
from core.events.relay import run_relay
from core.references import services, stragglers
from core.references.services import merge_rows, remove_row, restore_row
from tests.concurrency.sessions import another_session
from tests.concurrency.threads import run_together

PATIENCE = 20


def shelves() -> tuple[Category, Category]:
    return Category.objects.create(name_en="Kept"), Category.objects.create(name_en="Merged")


def wait_until_somebody_waits() -> None:
    """Until a session of this database waits for a lock of another one."""
    deadline = time.monotonic() + PATIENCE
    # Another session: within a transaction the view does not change.
    with another_session() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)


def act_beside_an_open_reference(
    shelf: Category, act: Callable[[], object], *, is_checked: bool, waits: bool
) -> list[object]:
    """Begin to refer to the shelf, let `act` start, then commit; what `act` came to.

    A reference that is checked holds the shelf already; others are looked at when they commit.
    """
    came_to: list[object] = []

    def run() -> None:
        try:
            came_to.append(act())
        except Exception as error:  # the outcome
            came_to.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=run)
    with transaction.atomic():
        Product.objects.create(sku="LATE", name_en="Late", category_id=shelf.pk)
        if is_checked:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        other.start()
        if waits:
            wait_until_somebody_waits()
        else:
            other.join(PATIENCE)
    other.join(PATIENCE)
    assert not other.is_alive()
    return came_to


def unlocked(kept: Category, merged: Category) -> tuple[Category, Category]:
    """The records read without their locks."""
    rows = {row.pk: row for row in Category.objects.filter(pk__in=[kept.pk, merged.pk])}
    return rows[kept.pk], rows[merged.pk]


def home_of_the_late_one() -> int | None:
    return Product.objects.get(sku="LATE").category_id


def test_reference_that_holds_the_record_is_waited_for_and_moved(committed_db):
    kept, merged = shelves()
    act_beside_an_open_reference(
        merged,
        lambda: merge_rows(kept=kept, merged=merged, reason="r"),
        is_checked=True,
        waits=True,
    )
    assert home_of_the_late_one() == kept.pk


def test_reference_that_holds_the_record_is_left_without_the_lock_negative_control(
    committed_db, monkeypatch
):
    monkeypatch.setattr(services, "_lock_both", unlocked)
    kept, merged = shelves()
    act_beside_an_open_reference(
        merged,
        lambda: merge_rows(kept=kept, merged=merged, reason="r"),
        is_checked=True,
        waits=False,
    )
    assert home_of_the_late_one() == merged.pk


def test_reference_that_commits_after_the_merge_is_moved_after_it(committed_db):
    kept, merged = shelves()
    act_beside_an_open_reference(
        merged,
        lambda: merge_rows(kept=kept, merged=merged, reason="typed twice"),
        is_checked=False,
        waits=False,
    )
    assert home_of_the_late_one() == merged.pk
    run_relay()
    assert home_of_the_late_one() == kept.pk
    told = Event.objects.filter(type="category.merged").order_by("position")
    assert [(event.data["moved"], event.reason) for event in told] == [
        ({}, "typed twice"),
        ({"catalog.Product.category": 1}, "typed twice"),
    ]
    assert run_relay() == 0


def test_reference_that_commits_after_the_merge_is_left_without_the_second_look_negative_control(
    committed_db, monkeypatch
):
    monkeypatch.setattr(stragglers, "repoint", lambda *_, **__: 0)
    kept, merged = shelves()
    act_beside_an_open_reference(
        merged,
        lambda: merge_rows(kept=kept, merged=merged, reason="r"),
        is_checked=False,
        waits=False,
    )
    run_relay()
    assert home_of_the_late_one() == merged.pk


def test_second_look_waits_for_transactions_that_began_before_the_merge(committed_db):
    kept, merged = shelves()
    came_to: list[int] = []

    def merge_and_relay() -> None:
        merge_rows(kept=kept, merged=merged, reason="r")
        came_to.append(run_relay())

    act_beside_an_open_reference(merged, merge_and_relay, is_checked=False, waits=False)
    delivery = EventDelivery.objects.get(subscriber="core.move_stragglers")
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)
    assert delivery.last_error.startswith("EarlierTransactionRuns")
    EventDelivery.objects.update(next_attempt_at=timezone.now())
    run_relay()
    assert home_of_the_late_one() == kept.pk


def test_restored_record_keeps_what_came_to_it_since(committed_db):
    kept, merged = shelves()
    merge_rows(kept=kept, merged=merged, reason="r")
    restore_row(row=Category.objects.get(pk=merged.pk))
    Product.objects.create(sku="LATE", name_en="Late", category=merged)
    run_relay()
    assert home_of_the_late_one() == merged.pk


def test_record_that_is_referred_to_meanwhile_is_not_removed(committed_db):
    _, shelf = shelves()
    (refusal,) = act_beside_an_open_reference(
        shelf, lambda: remove_row(row=shelf), is_checked=True, waits=True
    )
    assert isinstance(refusal, StillInUse)
    assert [detail.field for detail in refusal.details] == ["catalog.Product.category"]
    assert home_of_the_late_one() == shelf.pk


def test_record_without_its_lock_is_kept_by_the_foreign_key_alone_negative_control(
    committed_db, monkeypatch
):
    """The guard sees nothing yet; the refusal names nobody."""
    monkeypatch.setattr(services, "lock_row", lambda row, expected_version: row)
    _, shelf = shelves()
    (refusal,) = act_beside_an_open_reference(
        shelf, lambda: remove_row(row=shelf), is_checked=True, waits=True
    )
    assert isinstance(refusal, IntegrityError)


def test_reference_that_commits_after_the_removal_is_refused(committed_db):
    _, shelf = shelves()
    with pytest.raises(IntegrityError, match="is not present"):
        act_beside_an_open_reference(
            shelf, lambda: remove_row(row=shelf), is_checked=False, waits=False
        )
    assert not Product.objects.exists()


def test_two_merges_of_the_same_pair_both_ways_leave_the_products_together(committed_db, storm):
    for _ in range(20 if storm else 4):
        one, two = shelves()
        Product.objects.create(sku=f"A{one.pk}", name_en="A", category=one)
        Product.objects.create(sku=f"B{two.pk}", name_en="B", category=two)

        def merge(pair: tuple[Category, Category]) -> object:
            return merge_rows(kept=pair[0], merged=pair[1], reason="r")

        results = run_together(merge, [(one, two), (two, one)])
        assert [result for result in results if isinstance(result, Exception)] == []
        homes = Product.objects.filter(sku__in=[f"A{one.pk}", f"B{two.pk}"])
        assert homes.values("category_id").distinct().count() == 1
