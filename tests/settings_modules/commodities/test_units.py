"""Changes to units, their other words, and what the database itself refuses."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.editing.errors import StaleVersion
from core.errors import StillInUse
from core.events.models import Event
from core.references.services import deactivate_row, merge_rows, remove_record, restore_row
from settings_modules.commodities.errors import UnitIsBase, UnitsDiffer, UnitWordTaken
from settings_modules.commodities.models import Unit, UnitAlias
from settings_modules.commodities.selectors.units import find_unit
from settings_modules.commodities.services.units import (
    add_alias,
    change_alias,
    create_unit,
    remove_alias,
    update_unit,
)
from tests.factories.commodities import make_commodity, unit

pytestmark = pytest.mark.django_db

NEW = {
    "code": "pound_cotton",
    "name_en": "Pound of lint",
    "dimension": "weight",
    "factor": Decimal("0.45359237"),
    "source": "As agreed",
}


def words(row: Unit) -> list[str]:
    return sorted(row.aliases.values_list("alias", flat=True))


def types() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("type", flat=True))


def test_new_unit_has_its_code_in_capitals_and_its_base():
    row = create_unit(values=NEW, aliases=["lint lb", "Lint Lb", " lints "])
    assert (row.code, row.base, words(row)) == ("POUND_COTTON", "KG", ["LINT LB", "LINTS"])
    assert types() == ["unit.created"]
    assert find_unit("lint LB") == row


@pytest.mark.parametrize("taken", ["KG", "lb", "Bales"])
def test_code_that_is_a_word_already_refused(taken):
    with pytest.raises(UnitWordTaken) as refused:
        create_unit(values={**NEW, "code": taken})
    assert refused.value.field == "code"
    assert not Unit.objects.filter(name_en="Pound of lint").exists()


@pytest.mark.parametrize("taken", ["KG", "lb", "CANDY"])
def test_other_word_that_is_taken_refused(taken):
    with pytest.raises(UnitWordTaken, match="already means the unit"), transaction.atomic():
        update_unit(unit=unit("CANDY"), values={}, aliases=["KHANDI", taken])
    assert words(unit("CANDY")) == ["CANDIES", "KHANDI"]


@pytest.mark.parametrize(
    "wrong",
    [{"dimension": "heat"}, {"factor": Decimal(0)}, {"factor": Decimal(-1)}, {"code": "A-B"}],
)
def test_unit_that_makes_no_sense_refused(wrong):
    with pytest.raises(ValidationError):
        create_unit(values={**NEW, **wrong})
    assert types() == []


def test_change_tells_fields_and_words_in_one_event():
    row = unit("CANDY")
    changed = update_unit(
        unit=row,
        values={"factor": Decimal("356"), "code": "OTHER", "dimension": "area", "base": "X"},
        aliases=["khandi", "kandy"],
        expected_version=row.version,
    )
    assert (changed.code, changed.dimension, changed.base) == ("CANDY", "weight", "KG")
    assert Event.objects.get().data == {
        "changes": {
            "factor": {"old": "355.622200000000000000", "new": "356"},
            "aliases": {"old": ["CANDIES", "KHANDI"], "new": ["KANDY", "KHANDI"]},
        }
    }


def test_change_of_words_alone_is_a_change_of_the_unit():
    row = unit("CANDY")
    changed = update_unit(unit=row, values={}, aliases=[], expected_version=row.version)
    row.refresh_from_db()
    assert (row.version, changed.version, words(row)) == (2, 2, [])
    with pytest.raises(StaleVersion):
        update_unit(unit=row, values={}, aliases=["X"], expected_version=1)


def test_same_words_again_change_nothing():
    row = update_unit(unit=unit("CANDY"), values={}, aliases=["khandi", " CANDIES"])
    assert (row.version, types()) == (1, [])


def test_words_one_at_a_time():
    candy = unit("CANDY")
    added = add_alias(unit=candy, alias="kandi")
    assert added.alias == "KANDI"
    change_alias(alias=added, word="kandy")
    assert words(candy) == ["CANDIES", "KANDY", "KHANDI"]
    remove_alias(alias=UnitAlias.objects.get(alias="CANDIES"))
    assert words(candy) == ["KANDY", "KHANDI"]
    assert types() == ["unit.updated"] * 3


@pytest.mark.parametrize("change", [{"factor": Decimal(2)}, {"is_active": False}])
def test_unit_that_others_are_counted_in_stays(change):
    with pytest.raises(UnitIsBase, match="Other units are counted in KG"):
        update_unit(unit=unit("KG"), values=change)


def test_unit_is_switched_off_and_on():
    assert deactivate_row(row=unit("CARTON")).is_active is False
    assert find_unit("ctn") is None
    assert restore_row(row=unit("CARTON")).is_active is True
    with pytest.raises(UnitIsBase):
        deactivate_row(row=unit("PIECE"))


def test_unit_nobody_uses_is_removed_with_its_words():
    row = create_unit(values=NEW, aliases=["LINT LB"])
    key = row.pk
    remove_record(row=row)
    assert not Unit.objects.filter(pk=key).exists()
    assert find_unit("lint lb") is None
    assert types() == ["unit.created", "unit.removed"]


def test_unit_in_use_is_not_removed_and_keeps_its_words():
    make_commodity(trade="BALE")
    with pytest.raises(StillInUse), transaction.atomic():
        remove_record(row=unit("BALE"))
    with pytest.raises(UnitIsBase):
        remove_record(row=unit("METER"))
    assert words(unit("BALE")) == ["BALES"]


def test_units_that_mean_the_same_are_merged():
    commodity = make_commodity(trade="TON")
    merge_rows(kept=unit("MT"), merged=unit("TON"), reason="one word for it")
    commodity.refresh_from_db()
    assert commodity.trade_unit == unit("MT")
    assert find_unit("tons") == unit("MT")
    assert unit("TON").is_active is False


@pytest.mark.parametrize(
    ("kept", "merged", "refusal"),
    [("MT", "QUINTAL", UnitsDiffer), ("BAG", "SACK", None), ("BAG", "BOX", UnitsDiffer)],
)
def test_units_that_differ_are_not_merged(kept, merged, refusal):
    if refusal is None:
        merge_rows(kept=unit(kept), merged=unit(merged), reason="r")
        assert unit(merged).is_active is False
        return
    with pytest.raises(refusal):
        merge_rows(kept=unit(kept), merged=unit(merged), reason="r")


def test_unit_that_others_are_counted_in_is_not_merged_away():
    twin = create_unit(values={**NEW, "factor": Decimal(1)})
    with pytest.raises(UnitIsBase):
        merge_rows(kept=twin, merged=unit("KG"), reason="r")


BROKEN = {
    "commodities_unit_code_once": "INSERT INTO commodities_unit (code, name_en, name_ar, name_ckb,"
    " name_hi, dimension, base, factor, source, is_active, created_at, updated_at) VALUES"
    " ('KG', '', '', '', '', 'weight', 'KG', 1, '', true, now(), now())",
    "commodities_unit_factor_positive": "UPDATE commodities_unit SET factor = 0"
    " WHERE code = 'BALE'",
    "commodities_unit_code_capitals": "UPDATE commodities_unit SET code = 'bale'"
    " WHERE code = 'BALE'",
    "commodities_unit_base_of_dimension": "UPDATE commodities_unit SET base = 'METER'"
    " WHERE code = 'BALE'",
    "commodities_unit_base_stays": "UPDATE commodities_unit SET is_active = false"
    " WHERE code = 'KG'",
    "commodities_unit_alias_once": "UPDATE commodities_unitalias SET alias = 'LB'"
    " WHERE alias = 'QTL'",
    "commodities_unit_alias_capitals": "UPDATE commodities_unitalias SET alias = 'lb'"
    " WHERE alias = 'LB'",
}


@pytest.mark.parametrize(("constraint", "statement"), BROKEN.items())
def test_database_keeps_the_rule_by_itself(constraint, statement):
    with (
        pytest.raises(IntegrityError, match=f'"{constraint}"'),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_factor_of_a_base_is_one_in_the_database():
    with pytest.raises(IntegrityError, match="commodities_unit_base_stays"), transaction.atomic():
        Unit.objects.filter(code="KG").update(factor=2)
