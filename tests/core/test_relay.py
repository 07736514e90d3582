"""The relay: at least once, in order within a stream, failures kept and retried."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from config.celery import app as celery_app
from core.context import current_context
from core.events import relay
from core.events.errors import DiscardReasonMissing, NotADeadLetter
from core.events.models import DeliveryState, Event, EventDelivery
from core.events.registry import subscribe
from core.events.services import PROMPT_GRACE, queue_event, unit_of_work
from core.jobs.models import Job
from core.jobs.services import queue_job
from tests.concurrency.threads import run_together


class Listener:
    """A subscriber that notes what it is given and fails for the numbers in `refused`."""

    def __init__(self, name: str = "tests.listener", *, prompt: bool = False) -> None:
        self.name = name
        self.heard: list[tuple[str, int]] = []
        self.refused: set[int] = set()
        subscribe(name, ["thing.happened"], self, prompt=prompt)

    def __call__(self, event: Event) -> None:
        number = event.data["number"]
        if number in self.refused:
            raise ValueError(f"number {number} is refused")
        self.heard.append((event.stream_id, number))


@pytest.fixture
def listener(event_catalogue: None) -> Listener:
    return Listener()


def make_everything_due() -> None:
    """Move the clock past every delivery's next attempt."""
    EventDelivery.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def fail_until_dead() -> None:
    """Run the relay as often as a delivery may fail."""
    for _ in range(relay.ATTEMPTS_BEFORE_DEAD):
        make_everything_due()
        relay.run_relay()


@pytest.mark.django_db
def test_events_delivered_in_order_of_the_stream(listener, emit):
    for number in (1, 2, 3):
        emit("a", number)
    assert relay.run_relay() == 3
    assert listener.heard == [("a", 1), ("a", 2), ("a", 3)]
    assert relay.run_relay() == 0


@pytest.mark.django_db
def test_failed_event_holds_its_own_stream_only(listener, emit):
    listener.refused = {1}
    emit("a", 1)
    emit("a", 2)
    emit("b", 7)
    relay.run_relay()
    assert listener.heard == [("b", 7)]
    listener.refused = set()
    make_everything_due()
    relay.run_relay()
    assert listener.heard == [("b", 7), ("a", 1), ("a", 2)]


@pytest.mark.django_db
def test_failure_recorded_and_tried_again_later(listener, emit):
    listener.refused = {1}
    emit("a", 1)
    before = timezone.now()
    assert relay.run_relay() == 1
    delivery = EventDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)
    assert delivery.last_error == "ValueError: number 1 is refused"
    assert before < delivery.next_attempt_at <= timezone.now() + timedelta(seconds=2)


@pytest.mark.django_db
def test_wait_grows_to_ten_minutes_and_no_further(monkeypatch):
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    waits = [relay._wait(attempts).total_seconds() for attempts in (1, 2, 9, 10, 50)]
    assert waits == [2, 4, 512, 600, 600]


@pytest.mark.django_db
def test_dead_letter_after_the_limit_holds_later_events_of_stream_and_subscriber(listener, emit):
    other = Listener("tests.other")
    listener.refused = {1}
    emit("a", 1)
    emit("a", 2)
    emit("b", 7)
    fail_until_dead()
    make_everything_due()
    assert relay.run_relay() == 0
    dead = EventDelivery.objects.get(state=DeliveryState.DEAD)
    assert (dead.subscriber, dead.position, dead.attempts) == ("tests.listener", 1, 12)
    assert listener.heard == [("b", 7)]
    assert other.heard == [("a", 1), ("a", 2), ("b", 7)]


@pytest.mark.django_db
def test_dead_letter_retried_goes_first(listener, emit):
    listener.refused = {1}
    emit("a", 1)
    emit("a", 2)
    fail_until_dead()
    listener.refused = set()
    relay.retry_dead_letter(delivery=EventDelivery.objects.get(state=DeliveryState.DEAD))
    relay.run_relay()
    assert listener.heard == [("a", 1), ("a", 2)]


@pytest.mark.django_db
def test_dead_letter_discarded_lets_later_events_go(listener, emit):
    listener.refused = {1}
    emit("a", 1)
    emit("a", 2)
    fail_until_dead()
    dead = EventDelivery.objects.get(state=DeliveryState.DEAD)
    relay.discard_dead_letter(delivery=dead, reason=" sent by hand ")
    dead.refresh_from_db()
    assert (dead.state, dead.discard_reason) == (DeliveryState.DISCARDED, "sent by hand")
    told = Event.objects.get(type="dead_letter.discarded")
    assert told.stream_id == str(dead.pk)
    assert told.data == {"event_id": str(dead.event_id), "subscriber": dead.subscriber}
    assert "sent by hand" not in f"{told.data}{told.reason}"
    assert dead.last_error == "ValueError: number 1 is refused"
    relay.run_relay()
    assert listener.heard == [("a", 2)]


@pytest.mark.django_db
def test_dead_letter_without_a_reason_not_discarded(listener, emit):
    listener.refused = {1}
    emit("a", 1)
    fail_until_dead()
    with pytest.raises(DiscardReasonMissing):
        relay.discard_dead_letter(delivery=EventDelivery.objects.get(), reason="  ")
    assert EventDelivery.objects.get().state == DeliveryState.DEAD


@pytest.mark.django_db
def test_delivery_that_is_no_dead_letter_not_discarded(listener, emit):
    emit("a", 1)
    with pytest.raises(NotADeadLetter):
        relay.discard_dead_letter(delivery=EventDelivery.objects.get(), reason="why not")
    delivery = EventDelivery.objects.get()
    assert (delivery.state, delivery.discard_reason) == (DeliveryState.PENDING, "")


@pytest.mark.django_db
def test_delivery_to_a_subscriber_that_is_gone_kept_as_failed(listener, emit, monkeypatch):
    emit("a", 1)
    monkeypatch.setattr("core.events.registry._subscribers", {})
    relay.run_relay()
    delivery = EventDelivery.objects.get()
    assert (delivery.state, delivery.last_error) == (
        DeliveryState.PENDING,
        "SubscriberMissingError: tests.listener",
    )


@pytest.mark.django_db
def test_effect_of_a_failing_subscriber_rolled_back(event_catalogue, emit):
    def act_then_fail(event: Event) -> None:
        queue_job(kind="tests.effect")
        queue_event(stream_type="thing", stream_id="z", type="thing.happened", data={"number": 9})
        raise ValueError("after the effect")

    subscribe("tests.half", ["thing.happened"], act_then_fail)
    emit("a", 1)
    relay.run_relay()
    assert (Job.objects.count(), Event.objects.count()) == (0, 1)
    assert EventDelivery.objects.get().attempts == 1


@pytest.mark.django_db
def test_effect_of_a_subscriber_whose_sql_fails_rolled_back(event_catalogue, emit):
    def break_a_constraint(event: Event) -> None:
        job = queue_job(kind="tests.effect")
        Job.objects.bulk_create([Job(id=job.id, kind="same id", request_id="x")])

    subscribe("tests.broken", ["thing.happened"], break_a_constraint)
    emit("a", 1)
    relay.run_relay()
    delivery = EventDelivery.objects.get()
    assert (Job.objects.count(), delivery.state) == (0, DeliveryState.PENDING)
    assert delivery.last_error.startswith(IntegrityError.__name__)


@pytest.mark.django_db
def test_subscriber_acts_in_the_context_of_the_event(event_catalogue, emit):
    seen: list[tuple[str, str]] = []
    subscribe(
        "tests.context",
        ["thing.happened"],
        lambda event: seen.append((current_context().request_id, event.request_id)),
    )
    emit("a", 1)
    event = Event.objects.get()
    relay.run_relay()
    assert seen == [(event.request_id, event.request_id)]


def calls_by_two_relays(meeting_seconds: float) -> int:
    """How often the subscriber of one event is called by two relays that run at once.

    The subscriber waits for the other relay's call, in vain when there is none.
    """
    calls: list[Event] = []
    meeting = threading.Barrier(2)

    def meet(event: Event) -> None:
        calls.append(event)
        try:
            meeting.wait(timeout=meeting_seconds)
        except threading.BrokenBarrierError:
            return

    subscribe("tests.meeting", ["thing.happened"], meet)
    with unit_of_work():
        queue_event(stream_type="thing", stream_id="a", type="thing.happened", data={})
    outcomes = run_together(lambda _: relay.deliver_next(), range(2))
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    return len(calls)


def test_two_relays_at_once_deliver_one_event_once(event_catalogue, committed_db):
    assert calls_by_two_relays(meeting_seconds=1) == 1


def test_two_relays_deliver_twice_without_the_row_lock(event_catalogue, committed_db, monkeypatch):
    """Negative control: claiming by a locked row is what makes it once."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    assert calls_by_two_relays(meeting_seconds=10) == 2


def test_three_relays_at_once_keep_order_and_deliver_each_once(listener, emit, committed_db):
    expected = {stream: list(range(8)) for stream in "abcdef"}
    for number in range(8):
        for stream in expected:
            emit(stream, number)

    def relay_until_empty(_: int) -> None:
        while EventDelivery.objects.filter(state=DeliveryState.PENDING).exists():
            relay.run_relay()

    assert run_together(relay_until_empty, range(3)) == [None] * 3
    heard = {stream: [n for s, n in listener.heard if s == stream] for stream in expected}
    assert heard == expected


def test_prompt_subscriber_runs_right_after_the_commit(event_catalogue, committed_db):
    prompt = Listener("tests.prompt", prompt=True)
    with unit_of_work():
        queue_event(stream_type="thing", stream_id="a", type="thing.happened", data={"number": 1})
        assert prompt.heard == []
    assert prompt.heard == [("a", 1)]
    assert EventDelivery.objects.get().state == DeliveryState.DONE
    make_everything_due()
    assert relay.run_relay() == 0


def test_prompt_subscriber_may_emit_events(event_catalogue, committed_db):
    def follow_up(event: Event) -> None:
        if event.stream_id == "a":
            queue_event(
                stream_type="thing", stream_id="b", type="thing.happened", data={"number": 2}
            )

    subscribe("tests.follow", ["thing.happened"], follow_up, prompt=True)
    with unit_of_work():
        queue_event(stream_type="thing", stream_id="a", type="thing.happened", data={"number": 1})
    assert list(Event.objects.order_by("id").values_list("stream_id", flat=True)) == ["a", "b"]


def test_prompt_subscriber_that_fails_is_left_to_the_relay(emit, committed_db):
    prompt = Listener("tests.prompt", prompt=True)
    prompt.refused = {1}
    emit("a", 1)
    delivery = EventDelivery.objects.get()
    assert (prompt.heard, delivery.state) == ([], DeliveryState.PENDING)
    assert delivery.next_attempt_at > timezone.now() + PROMPT_GRACE / 2
    assert relay.run_relay() == 0
    prompt.refused = set()
    make_everything_due()
    assert relay.run_relay() == 1
    assert prompt.heard == [("a", 1)]


def test_prompt_subscriber_not_run_when_the_change_fails(event_catalogue, committed_db):
    prompt = Listener("tests.prompt", prompt=True)
    with pytest.raises(ZeroDivisionError), unit_of_work():
        queue_event(stream_type="thing", stream_id="a", type="thing.happened", data={"number": 1})
        raise ZeroDivisionError
    assert prompt.heard == []


def test_change_answers_quickly_when_the_queue_is_down(listener, emit, committed_db, monkeypatch):
    monkeypatch.setattr(celery_app.conf, "broker_url", "redis+socket:///nowhere/queue.sock")
    monkeypatch.setattr(celery_app, "_pool", None)
    monkeypatch.setattr(celery_app.amqp, "_producer_pool", None)
    started = time.monotonic()
    emit("a", 1)
    assert time.monotonic() - started < 2
    assert EventDelivery.objects.get().state == DeliveryState.PENDING
    assert relay.run_relay() == 1
