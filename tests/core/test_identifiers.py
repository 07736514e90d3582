"""Time-ordered identifiers: in order whatever the clock does, and of the standard's shape."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from core import identifiers
from core.identifiers import uuid7, uuid7_floor

MOMENT = datetime(2026, 5, 17, 12, 30, 15, 250_000, tzinfo=UTC)
NANOSECONDS = 1_779_021_015_250_000_000


@pytest.fixture
def clock(monkeypatch):
    """`clock(nanoseconds)` sets the time; ids made in the test leave no trace."""
    monkeypatch.setattr(identifiers, "_last", 0)

    def set_to(nanoseconds: int) -> None:
        monkeypatch.setattr(time, "time_ns", lambda: nanoseconds)

    return set_to


def test_version_and_variant_as_the_standard_says(clock):
    clock(NANOSECONDS)
    made = uuid7()
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == NANOSECONDS // 1_000_000


def test_ids_of_one_instant_in_order(clock):
    clock(NANOSECONDS)
    made = [uuid7() for _ in range(10_000)]
    assert made == sorted(set(made))


def test_ids_in_order_when_the_clock_goes_backwards(clock):
    clock(NANOSECONDS)
    first = uuid7()
    clock(NANOSECONDS - 3_600_000_000_000)
    second = uuid7()
    assert first < second
    assert second.int >> 80 == first.int >> 80


def test_ids_follow_the_clock_again_once_it_has_caught_up(clock):
    clock(NANOSECONDS)
    uuid7()
    clock(NANOSECONDS - 1_000_000)
    uuid7()
    clock(NANOSECONDS + 5_000_000)
    assert uuid7().int >> 80 == NANOSECONDS // 1_000_000 + 5


def test_ids_within_a_millisecond_keep_its_fraction(clock):
    clock(NANOSECONDS + 250_000)
    earlier = uuid7()
    clock(NANOSECONDS + 750_000)
    assert [(made.int >> 64) & 0xFFF for made in (earlier, uuid7())] == [1024, 3072]


def test_ids_of_eight_threads_never_equal(clock):
    clock(NANOSECONDS)
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: [uuid7() for _ in range(2_000)], range(8)))
    made = [one for batch in batches for one in batch]
    assert len({one.int >> 64 for one in made}) == 16_000
    assert all(batch == sorted(batch) for batch in batches)


def test_floor_is_below_every_id_of_its_millisecond(clock):
    clock(NANOSECONDS)
    made = uuid7()
    assert uuid7_floor(MOMENT) < made
    assert uuid7_floor(MOMENT).int >> 80 == made.int >> 80
