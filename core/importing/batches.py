"""Writing in batches: one that the database refuses is halved until the wrong rows are alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models
from django.utils import translation

from core.events.services import unit_of_work
from core.importing.models import ImportFinding, ImportRow, ImportRun, Level, Phase, Written
from core.locking import retry_on_deadlock

#: Classes of SQLSTATE that speak of the data: values, rules, and what a trigger refused.
_ABOUT_DATA = ("22", "23", "P0")
_LONGEST_REASON = 300


class RowRefused(Exception):
    """A single row that the database does not take, in words."""

    def __init__(self, reason: str, reason_ar: str) -> None:
        super().__init__(reason)
        self.facts = {"reason": reason, "reason_ar": reason_ar}


def write_bisected(
    numbers: Sequence[int],
    write: Callable[[Sequence[int]], None],
    refuse: Callable[[int, RowRefused], None],
) -> None:
    """Write the rows of these numbers, each attempt in a unit of work that fails as a whole.

    `refuse` is called for each row that cannot be written even alone. An error that is not about
    the data passes through.
    """
    if not numbers:
        return

    def attempt() -> None:
        with unit_of_work():
            write(numbers)
            # What the database checks at the commit must fail in here.
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    try:
        retry_on_deadlock(attempt)
    except DatabaseError as error:
        state = str(getattr(error.__cause__, "sqlstate", "") or "")
        if not state.startswith(_ABOUT_DATA):
            raise
        if len(numbers) == 1:
            refuse(numbers[0], _in_words(error))
            return
        middle = len(numbers) // 2
        write_bisected(numbers[:middle], write, refuse)
        write_bisected(numbers[middle:], write, refuse)


def _in_words(error: DatabaseError) -> RowRefused:
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    name = str(getattr(diagnosis, "constraint_name", "") or "")
    message = str(getattr(diagnosis, "message_primary", "") or type(error).__name__)
    return RowRefused(
        _rule_in_words(name, "en") or message[:_LONGEST_REASON],
        _rule_in_words(name, "ar") or "قاعدة من قواعد البيانات",
    )


def _rule_in_words(name: str, language: str) -> str:
    """What the model that declares the constraint says of it; "" when it says nothing."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                text = constraint.violation_error_message
                is_own = text and text != models.BaseConstraint.default_violation_error_message
                with translation.override(language):
                    return str(text) if is_own else ""
    return ""


def note_row(
    run: ImportRun, number: int, *, phase: Phase, code: str, written: Written, facts: Any = None
) -> None:
    """Say what became of a row that was not written as asked."""
    is_error = phase == Phase.APPLY or written == Written.KEPT
    ImportFinding.objects.create(
        run=run,
        phase=phase,
        level=Level.ERROR if is_error else Level.WARNING,
        number=number,
        code=code,
        facts=facts or {},
    )
    ImportRow.objects.filter(run=run, number=number).update(written=written)
