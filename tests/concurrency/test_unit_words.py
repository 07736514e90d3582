"""Two people at once about one word for a unit: it means one.

Threads with connections of their own; the race is shown once more without its guard.
"""

from __future__ import annotations

import threading
from decimal import Decimal

from settings_modules.commodities.errors import UnitWordTaken
from settings_modules.commodities.models import Unit, UnitAlias
from settings_modules.commodities.services import units
from settings_modules.commodities.services.units import add_alias, create_unit
from tests.concurrency.threads import run_together

HANK = {"name_en": "Hank", "dimension": "length", "factor": Decimal("768.096")}


def claim(word: str) -> list[object]:
    """One makes the word the code of a new unit, the other another word for the candy."""

    def as_code() -> object:
        return create_unit(values={**HANK, "code": word})

    def as_alias() -> object:
        return add_alias(unit=Unit.objects.get(code="CANDY"), alias=word)

    return run_together(lambda work: work(), [as_code, as_alias])


def meanings(word: str) -> int:
    """How many units have the word as their code or as another word."""
    return Unit.objects.filter(code=word).count() + UnitAlias.objects.filter(alias=word).count()


def test_word_claimed_twice_at_once_means_one_unit(committed_db, storm):
    for number in range(40 if storm else 5):
        outcomes = claim(f"HANK_{number}")
        refused = [each for each in outcomes if isinstance(each, Exception)]
        assert [type(each) for each in refused] == [UnitWordTaken]
        assert meanings(f"HANK_{number}") == 1


def test_without_the_lock_a_word_means_two_units(committed_db, monkeypatch):
    look, both = units._refuse_taken, threading.Barrier(2)

    def look_together(*args, **kwargs):
        look(*args, **kwargs)
        both.wait(timeout=30)

    monkeypatch.setattr(units, "_lock_words", lambda: None)
    monkeypatch.setattr(units, "_refuse_taken", look_together)
    assert [each for each in claim("HANK") if isinstance(each, Exception)] == []
    assert meanings("HANK") == 2
