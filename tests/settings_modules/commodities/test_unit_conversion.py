"""Units by their words, and conversions without loss."""

from __future__ import annotations

import ast
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import strategies as st

from core.money import grouped_number, plain_number
from settings_modules.commodities.enums import BASE_CODES, Dimension
from settings_modules.commodities.errors import (
    QuantityNotPositive,
    UnitsIncompatible,
    UnitUnknown,
)
from settings_modules.commodities.exact_numbers import as_decimal, rounded, whole, with_decimals
from settings_modules.commodities.models import Unit
from settings_modules.commodities.selectors.conversion import Scale
from settings_modules.commodities.selectors.units import (
    find_unit,
    find_units,
    resolve_unit,
    unit_catalogue,
    units_in_use,
    units_of,
)
from tests.architecture.sources import Source, product_sources
from tests.factories.commodities import make_commodity, make_packaging, unit
from tests.tries import try_values

DAY = date(2026, 6, 1)


def convert(quantity: str, source: str, target: str, scale: Scale | None = None) -> str:
    """The result as text."""
    scale = scale or Scale()
    return plain_number(scale.convert(Decimal(quantity), unit(source), unit(target)).result)


def test_candy_is_what_the_contract_says(db):
    found = resolve_unit("CANDY")
    assert (found.code, found.dimension, found.base) == ("CANDY", Dimension.WEIGHT, "KG")
    assert found.factor == Decimal("355.6222")
    assert found.source == (
        "By contract in the Indian cotton trade; 784 pounds are 355.61641808 kg"
    )


def test_word_that_means_no_unit_finds_nothing(db):
    assert find_unit("FURLONG") is None
    assert find_unit("") is None


def test_units_of_a_dimension(db):
    weights = set(units_of("weight").values_list("code", flat=True))
    assert weights >= {"KG", "CANDY", "QUINTAL", "MT", "TROY_OZ", "TOLA", "SHORT_TON", "LONG_TON"}
    assert set(units_of("count").values_list("code", flat=True)) == {
        *("BALE", "BAG", "BAG_JUTE", "SACK", "BOX", "CARTON", "DRUM")
    }
    assert list(units_of("temperature")) == []


def test_catalogue_has_every_unit_and_dimension(db):
    groups = unit_catalogue()
    assert [group.dimension.value for group in groups] == [
        *("weight", "count", "length", "volume", "count_simple", "area")
    ]
    codes = {each.code for group in groups for each in group.units}
    assert len(codes) == 38
    assert codes >= {"KG", "CANDY", "BALE", "METER", "LITER", "PIECE", "BUSHEL", "SQ_METER"}
    assert {group.base for group in groups} == set(BASE_CODES.values())


def test_catalogue_costs_two_queries(db, django_assert_num_queries):
    with django_assert_num_queries(2):
        words = [
            row.alias for group in unit_catalogue() for u in group.units for row in u.aliases.all()
        ]
    assert len(words) == 90


def test_kilogram_is_one_and_a_bale_is_a_default(db):
    assert unit("KG").factor == 1
    bale = unit("BALE")
    assert (bale.name_en, bale.base, bale.factor) == ("Bale (Cotton)", "KG", 170)


#: Factors by international definition.
DEFINED = {
    "POUND": "0.45359237",
    "OUNCE": "0.028349523125",
    "TROY_OZ": "0.0311034768",
    "TOLA": "0.0116638038",
    "SHORT_TON": "907.18474",
    "LONG_TON": "1016.0469088",
    "MAUND": "37.32417216",
    "GALLON": "3.785411784",
    "BARREL": "158.987294928",
    "BUSHEL": "35.23907016688",
    "SQ_FOOT": "0.09290304",
    "SQ_YARD": "0.83612736",
}


@pytest.mark.parametrize(("code", "factor"), DEFINED.items())
def test_factor_is_the_defined_one(code, factor, db):
    assert unit(code).factor == Decimal(factor)


def test_every_unit_says_where_its_factor_is_from(db):
    assert not Unit.objects.filter(source="").exists()
    assert not Unit.objects.filter(name_ar="").exists()


@pytest.mark.parametrize(
    ("word", "code"),
    [
        *(("QTL", "QUINTAL"), ("LB", "POUND"), ("PCS", "PIECE"), ("BALES", "BALE")),
        *(("GRAMS", "GRAM"), (" kg ", "KG"), ("quintal", "QUINTAL"), ("Bag", "BAG")),
        *(("metric ton", "MT"), ("sq ft", "SQ_FOOT"), ("oz", "OUNCE"), ("ton", "TON")),
    ],
)
def test_unit_found_by_any_of_its_words(word, code, db):
    assert resolve_unit(word).code == code


def test_many_words_cost_two_queries(db, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = find_units(["kg", "LBS", "nothing", "BALES"])
    assert {word: each.code for word, each in found.items()} == {
        **{"kg": "KG", "LBS": "POUND", "BALES": "BALE"}
    }


def test_unknown_unit_is_named_in_both_languages(db):
    with pytest.raises(UnitUnknown) as refused:
        resolve_unit(" furlong ", field="unit")
    assert refused.value.text() == "No unit in use is called “furlong”."
    assert refused.value.text("ar") == "لا توجد وحدة مستخدمة باسم «furlong»."
    assert refused.value.field == "unit"


def test_unit_switched_off_is_not_found_by_its_words(db):
    Unit.objects.filter(code="CARTON").update(is_active=False)
    assert find_unit("CARTON") is None
    assert find_unit("CTN") is None
    assert "CARTON" not in set(units_in_use().values_list("code", flat=True))


@pytest.mark.parametrize(
    ("quantity", "source", "target", "result"),
    [
        ("100", "KG", "KG", "100"),
        ("10", "BALE", "KG", "1700"),
        ("0.5", "BALE", "KG", "85"),
        ("10000", "BALE", "KG", "1700000"),
        ("1", "CANDY", "KG", "355.6222"),
        ("5", "MT", "KG", "5000"),
        ("355.6222", "KG", "CANDY", "1"),
        ("1000", "KG", "QUINTAL", "10"),
        ("1", "KG", "CANDY", "0.002811972930823778717976549271"),
        ("5", "KM", "METER", "5000"),
        ("100", "CM", "METER", "1"),
        ("5", "LITER", "LITER", "5"),
        ("2000", "ML", "LITER", "2"),
        ("2", "DOZEN", "PIECE", "24"),
        ("1", "GROSS", "PIECE", "144"),
        ("100", "SQ_METER", "SQ_METER", "100"),
        ("100", "CANDY", "KG", "35562.22"),
        ("50", "BALE", "KG", "8500"),
        ("1", "TROY_OZ", "GRAM", "31.1034768"),
        ("1", "GROSS", "DOZEN", "12"),
        ("3", "FOOT", "YARD", "1"),
        ("1", "YARD", "CM", "91.44"),
    ],
)
def test_conversion(quantity, source, target, result, db):
    assert convert(quantity, source, target) == result


def test_one_candy_at_two_decimals(db):
    found = Scale().convert(Decimal(1), unit("CANDY"), unit("KG"))
    assert rounded(found.exact, 2) == Decimal("355.62")


@pytest.mark.parametrize("quantity", ["0", "-10", "NaN", "Infinity"])
def test_quantity_must_be_positive(quantity, db):
    with pytest.raises(QuantityNotPositive) as refused:
        convert(quantity, "KG", "CANDY")
    assert refused.value.text() == "The quantity must be positive."


@pytest.mark.parametrize("codes", [("BALE", "CANDY", "KG"), ("MT", "QUINTAL", "KG")])
def test_units_of_one_base_are_compatible(codes, db):
    measures = Scale().in_one_base([unit(code) for code in codes])
    assert {each.base for each in measures} == {"KG"}


def test_units_of_different_bases_are_incompatible(db):
    with pytest.raises(UnitsIncompatible) as refused:
        Scale().in_one_base([unit(code) for code in ("BALE", "METER", "KG")])
    assert refused.value.text() == (
        "BALE and METER are incompatible: one is counted in KG, the other in METER."
    )


def test_no_two_dimensions_convert_into_each_other(db):
    """Packages are counted in kilograms, so they are weights as well."""
    units = list(units_in_use())
    scale = Scale()
    converting = set()
    for first in units:
        for second in units:
            try:
                scale.convert(Decimal(1), first, second)
            except UnitsIncompatible:
                continue
            converting.add((first.dimension, second.dimension))
    weights = {(a, b) for a in ("weight", "count") for b in ("weight", "count")}
    others = {(each, each) for each in ("length", "volume", "count_simple", "area")}
    assert converting == weights | others


QUANTITIES = st.decimals(
    min_value=Decimal("0.000000001"), max_value=Decimal("999999999999999"), places=9
)


def test_there_and_back_is_exact(db, storm):
    units = list(units_in_use())
    scale = Scale()

    def check(quantity: Decimal, first: Unit, second: Unit) -> None:
        try:
            there = scale.convert(quantity, first, second)
        except UnitsIncompatible:
            assert first.base != second.base
            return
        assert first.base == second.base
        assert type(there.result) is Decimal
        assert type(there.exact) is Fraction
        # Without rounding nothing is lost at all …
        ratio = there.exact / Fraction(quantity)
        assert there.exact / ratio == Fraction(quantity)
        # … and what is told in 28 digits leads back to at least 26 of the quantity's.
        back = scale.convert(there.result, second, first)
        assert abs(back.exact - Fraction(quantity)) * 10**27 <= Fraction(quantity)
        assert as_decimal(there.exact) == there.result

    chosen = st.sampled_from(units)
    try_values(check, count=300, storm=storm, quantity=QUANTITIES, first=chosen, second=chosen)


def test_quantities_that_end_are_given_whole(storm):
    def check(value: Decimal) -> None:
        assert as_decimal(Fraction(value)) == value
        assert Decimal(plain_number(value)) == value

    values = st.decimals(min_value=-(10**18), max_value=10**18, places=18)
    try_values(check, count=300, storm=storm, value=values)


def test_rounding_is_half_up_and_happens_once(storm):
    def check(numerator: int, denominator: int, places: int) -> None:
        value = Fraction(numerator, denominator)
        found = Fraction(rounded(value, places))
        step = Fraction(1, 10**places)
        assert abs(found - value) * 2 <= step
        if abs(found - value) * 2 == step:
            assert abs(found) > abs(value)

    try_values(
        check,
        count=300,
        storm=storm,
        numerator=st.integers(-(10**12), 10**12),
        denominator=st.integers(1, 10**6),
        places=st.sampled_from([0, 2, 3]),
    )


@pytest.mark.parametrize(
    ("value", "places", "result"),
    [("0.125", 2, "0.13"), ("0.135", 2, "0.14"), ("-0.125", 2, "-0.13"), ("2.5", 0, "3")],
)
def test_half_goes_away_from_zero(value, places, result):
    assert str(rounded(Fraction(value), places)) == result


def test_figures_as_texts():
    assert plain_number(Decimal("250.000")) == "250"
    assert plain_number(Decimal("1E+3")) == "1000"
    assert grouped_number(Decimal("50000.50")) == "50,000.5"
    assert with_decimals(Decimal("170.000")) == "170.00"
    assert with_decimals(Decimal("355.6222")) == "355.6222"
    # More digits than a decimal context of Python keeps.
    long = "123456789012345678.123456789012345678"
    assert plain_number(Decimal(long)) == long
    assert whole(Fraction(long)) == Decimal(long)
    with pytest.raises(ValueError, match="1/3 has no last decimal"):
        whole(Fraction(1, 3))


#: Everything between a figure as it is sent and the figure that is answered.
PATH = (
    "exact_numbers.py",
    *("selectors/units.py", "selectors/packagings.py"),
    *("selectors/conversion.py", "selectors/billing.py"),
    *("api/exact_fields.py", "api/unit_calculations.py", "api/unit_shapes.py"),
    *("admin/calculation_forms.py", "admin/calculators.py"),
    *("models/units.py", "models/packaging.py", "services/units.py", "services/packagings.py"),
)


def floats(source: Source) -> list[str]:
    """Where the file has a float, makes one, or divides two names of which nobody knows."""
    found = []
    for node in source.nodes(ast.Constant):
        if isinstance(node.value, float):
            found.append(source.place(node))
    for node in source.nodes(ast.Name, ast.Attribute):
        name = node.id if isinstance(node, ast.Name) else node.attr
        if name in {"float", "FloatField", "math", "fsum"}:
            found.append(source.place(node))
    return found


def test_no_float_on_the_way():
    root = "settings_modules/commodities/"
    sources = {source.path: source for source in product_sources()}
    assert [place for name in PATH for place in floats(sources[root + name])] == []


@pytest.mark.parametrize("code", ["x = 0.1", "x = float(y)", "models.FloatField()", "math.pi"])
def test_float_caught(code):
    assert len(floats(Source("sample.py", code))) == 1


def test_packaging_of_a_commodity_goes_before_the_default(db):
    cotton = make_commodity(name="Shankar-6")
    make_packaging(cotton, "BALE", "165")
    assert convert("10", "BALE", "KG", Scale(cotton, on=DAY)) == "1650"
    assert convert("10", "BALE", "KG", Scale(make_commodity(), on=DAY)) == "1700"
    assert convert("10", "BAG", "KG", Scale(cotton, on=DAY)) == "500"


def test_packaging_counts_on_its_days_alone(db):
    cotton = make_commodity()
    make_packaging(cotton, "BALE", "165", since=date(2026, 1, 1), until=date(2026, 6, 30))
    make_packaging(cotton, "BALE", "168", since=date(2026, 7, 1))
    days = ["2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01", "2030-01-01"]
    weights = [convert("1", "BALE", "KG", Scale(cotton, on=date.fromisoformat(d))) for d in days]
    assert weights == ["170", "165", "165", "168", "168"]


def test_packaging_in_another_base_is_no_weight(db):
    """A bale of cloth holds meters; what a bale of cotton weighs says nothing about it."""
    cloth = make_commodity(base="METER")
    make_packaging(cloth, "BALE", "1200")
    scale = Scale(cloth, on=DAY)
    assert convert("2", "BALE", "METER", scale) == "2400"
    assert convert("1", "BALE", "YARD", scale) == "1312.335958005249343832020997"
    with pytest.raises(UnitsIncompatible):
        convert("2", "BALE", "KG", scale)


def test_pieces_that_weigh_something_are_still_pieces(db):
    bars = make_commodity(name="Gold bar")
    make_packaging(bars, "PIECE", "0.1")
    scale = Scale(bars, on=DAY)
    assert convert("1", "DOZEN", "PIECE", scale) == "12"
    assert convert("1", "DOZEN", "KG", scale) == "1.2"
    assert convert("5", "KG", "PIECE", scale) == "50"


def test_bundle_of_a_commodity_holds_its_own_pieces(db):
    pipes = make_commodity(base="PIECE")
    make_packaging(pipes, "BUNDLE", "25")
    assert convert("2", "BUNDLE", "DOZEN", Scale(pipes, on=DAY)) == "4.166666666666666666666666667"
    assert convert("1", "BUNDLE", "PIECE") == "10"


def test_box_of_pieces_weighs_what_its_pieces_weigh(db):
    bars = make_commodity(base="PIECE")
    make_packaging(bars, "BOX", "24")
    weighed = make_packaging(bars, "BUNDLE", "5")
    type(weighed).objects.filter(pk=weighed.pk).update(
        unit=unit("PIECE"), weight="0.5", weight_unit=unit("KG")
    )
    assert convert("1", "BOX", "KG", Scale(bars, on=DAY)) == "12"


def test_scale_of_a_commodity_costs_one_query(db, django_assert_num_queries):
    cotton = make_commodity()
    for code in ("BALE", "BAG", "PIECE"):
        make_packaging(cotton, code, "60")
    units = [unit(code) for code in ("BALE", "BAG", "PIECE", "KG")]
    with CaptureQueriesContext(connection) as asked:
        Scale(cotton, on=DAY).in_one_base(units)
    assert len(asked) == 1


def test_snapshot_tells_the_factors_used(db):
    cotton = make_commodity()
    packaging = make_packaging(cotton, "BALE", "165.5")
    found = Scale(cotton, on=DAY).convert(Decimal(2), unit("BALE"), unit("CANDY"))
    snapshot = found.snapshot()
    assert snapshot.pop("factors") == [
        {
            "unit": "BALE",
            "factor": "165.5",
            "base": "KG",
            "text": "1 BALE = 165.50 KG",
            "source": "",
            "packaging": packaging.pk,
        },
        {
            "unit": "CANDY",
            "factor": "355.6222",
            "base": "KG",
            "text": "1 CANDY = 355.6222 KG",
            "source": "By contract in the Indian cotton trade; 784 pounds are 355.61641808 kg",
            "packaging": None,
        },
    ]
    assert snapshot == {
        "quantity": "2",
        "unit": "BALE",
        "to": "CANDY",
        "result": "0.9307630401026707556502378086",
        "base": "KG",
    }
