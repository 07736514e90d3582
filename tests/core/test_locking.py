"""Locks in one order, and another try for the victim of a deadlock."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection, transaction
from psycopg import errors as postgres_errors

from core.identity.models import User
from core.locking import lock_rows, retry_on_deadlock
from tests.concurrency.threads import run_together


@pytest.fixture
def two_people(committed_db) -> list[int]:
    return [User.objects.create(email=f"{name}@example.com").pk for name in "ab"]


def is_deadlock(outcome: object) -> bool:
    """Whether PostgreSQL chose this outcome's transaction as a victim."""
    return isinstance(outcome, OperationalError) and isinstance(
        outcome.__cause__, postgres_errors.DeadlockDetected
    )


class CrosswiseLocks:
    """Two transactions that lock two rows in opposite orders, the first time both holding one."""

    def __init__(self, rows: list[int]) -> None:
        self.rows = rows
        self.each_holds_one = threading.Barrier(2)
        self.attempts = [0, 0]

    def lock(self, who: int) -> int:
        first, second = self.rows if who == 0 else self.rows[::-1]
        self.attempts[who] += 1
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM core_user WHERE id = %s FOR UPDATE", [first])
            if self.attempts[who] == 1:
                self.each_holds_one.wait(timeout=10)
            cursor.execute("SELECT 1 FROM core_user WHERE id = %s FOR UPDATE", [second])
        return who


def test_victim_of_a_deadlock_tries_again(two_people):
    locks = CrosswiseLocks(two_people)
    outcomes = run_together(lambda person: retry_on_deadlock(lambda: locks.lock(person)), [0, 1])
    assert outcomes == [0, 1]
    assert sum(locks.attempts) == 3


def test_crosswise_locks_deadlock_without_the_retry(two_people):
    """Negative control: one of the two fails when nobody tries again."""
    locks = CrosswiseLocks(two_people)
    outcomes = run_together(locks.lock, [0, 1])
    assert sorted(is_deadlock(outcome) for outcome in outcomes) == [False, True]


def test_deadlock_given_up_after_the_last_attempt(committed_db):
    attempts: list[int] = []

    def always_a_victim() -> None:
        attempts.append(1)
        raise OperationalError("deadlock") from postgres_errors.DeadlockDetected()

    with pytest.raises(OperationalError, match="deadlock"):
        retry_on_deadlock(always_a_victim, attempts=3)
    assert len(attempts) == 3


def test_other_database_error_not_tried_again(committed_db):
    attempts: list[int] = []

    def fail() -> None:
        attempts.append(1)
        raise OperationalError("gone") from postgres_errors.LockNotAvailable()

    with pytest.raises(OperationalError, match="gone"):
        retry_on_deadlock(fail)
    assert len(attempts) == 1


@pytest.mark.django_db
def test_work_inside_a_transaction_run_once():
    attempts: list[int] = []

    def always_a_victim() -> None:
        attempts.append(1)
        raise OperationalError("deadlock") from postgres_errors.DeadlockDetected()

    with pytest.raises(OperationalError):
        retry_on_deadlock(always_a_victim)
    assert len(attempts) == 1


def test_rows_locked_in_order_of_their_key_whatever_the_query_says(two_people):
    with transaction.atomic():
        locked = lock_rows(User.objects.order_by("-email"))
    assert [person.pk for person in locked] == two_people


def test_locked_row_cannot_be_locked_by_another(two_people):
    outcomes: list[object] = []

    def try_to_lock(_: int) -> None:
        with transaction.atomic():
            list(User.objects.select_for_update(nowait=True).filter(pk=two_people[0]))

    with transaction.atomic():
        lock_rows(User.objects.filter(pk=two_people[0]))
        outcomes = run_together(try_to_lock, [1])
    assert isinstance(outcomes[0], OperationalError)
    assert isinstance(outcomes[0].__cause__, postgres_errors.LockNotAvailable)
    assert run_together(try_to_lock, [1]) == [None]
