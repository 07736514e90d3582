"""Two people store the same name, or add the same parameter, at the same moment."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

from django.db import IntegrityError, connection, transaction

from settings_modules.commodities.errors import CommodityNameTaken
from settings_modules.commodities.models import Commodity, ParameterTemplate, QualityParameter
from settings_modules.commodities.services import commodities
from settings_modules.commodities.services.commodities import create_commodity
from settings_modules.commodities.services.quality_parameters import (
    add_parameter,
    reorder_parameters,
)
from tests.factories.commodities import make_category, make_commodity, make_unit


def both(first: Callable[[], object], second: Callable[[], object]) -> list[object]:
    """What the two come to, the second begun while the first has not committed."""
    outcomes: list[object] = [None, None]
    is_written = threading.Event()

    def run(place: int, work: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                outcomes[place] = work()
                if place == 0:
                    is_written.set()
                    time.sleep(0.7)
        except Exception as error:
            outcomes[place] = error
        finally:
            is_written.set()
            connection.close()

    threads = [threading.Thread(target=run, args=(0, first))]
    threads[0].start()
    assert is_written.wait(10)
    threads.append(threading.Thread(target=run, args=(1, second)))
    threads[1].start()
    for thread in threads:
        thread.join(20)
    return outcomes


def named(name: str) -> Callable[[], object]:
    values = {"name_en": name, "category": make_category()}
    return lambda: create_commodity(values=values)


def test_second_of_two_at_once_is_told_that_the_name_is_taken(committed_db):
    make_unit()
    stored, refused = both(named("Cotton"), named("COTTON"))
    assert isinstance(stored, Commodity)
    assert isinstance(refused, CommodityNameTaken)
    assert Commodity.objects.count() == 1


def test_without_the_telling_the_second_meets_the_bare_constraint(committed_db, monkeypatch):
    monkeypatch.setattr(commodities, "telling_taken", lambda *_: contextlib.nullcontext())
    make_unit()
    _, refused = both(named("Cotton"), named("COTTON"))
    assert isinstance(refused, IntegrityError)


def parameter_of(commodity: Commodity, name: str) -> Callable[[], object]:
    values = {"parameter_name": name, "parameter_type": "TEXT"}
    return lambda: add_parameter(commodity=commodity, values=values)


def test_parameters_added_at_once_get_places_of_their_own(committed_db):
    commodity = make_commodity("Cotton")
    both(parameter_of(commodity, "Grade"), parameter_of(commodity, "Colour"))
    places = QualityParameter.objects.order_by("display_order")
    assert list(places.values_list("display_order", flat=True)) == [1, 2]


def test_uses_of_a_template_at_once_both_count(committed_db):
    one, other = make_commodity("Cotton"), make_commodity("Jute")
    both(parameter_of(one, "Grade"), parameter_of(other, "GRADE"))
    template = ParameterTemplate.objects.get(category=make_category(), parameter_name="Grade")
    assert template.usage_count == 2


def test_order_sent_before_a_parameter_was_added_is_refused(committed_db):
    commodity = make_commodity("Cotton")
    parameter_of(commodity, "Grade")()
    order = list(commodity.parameters.values_list("pk", flat=True))
    _, refused = both(
        parameter_of(commodity, "Colour"),
        lambda: reorder_parameters(commodity=commodity, order=order),
    )
    assert refused.code == "parameters_differ"
