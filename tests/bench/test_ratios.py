import pytest

from bench.ratios import Spread, pair_ratios, percentile, spread


def test_spread_of_an_even_count_takes_the_mean_of_the_middle_two():
    assert spread([4.0, 1.0, 3.0, 10.0]) == Spread(median=3.5, lowest=1.0, highest=10.0)


def test_spread_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no figures"):
        spread([])


def test_pair_ratios_divides_within_each_pair():
    # The medians alone would give 30 / 20 = 1.5.
    assert pair_ratios([10.0, 30.0, 90.0], [20.0, 10.0, 45.0]) == Spread(2.0, 0.5, 3.0)


def test_pair_ratios_with_a_missing_partner_is_refused():
    with pytest.raises(ValueError, match="argument 2"):
        pair_ratios([1.0, 2.0], [1.0])


def test_pair_ratios_with_a_base_of_zero_is_refused():
    with pytest.raises(ValueError, match="not above zero"):
        pair_ratios([1.0], [0.0])


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 5.0), (0.51, 6.0), (0.99, 10.0), (1.0, 10.0)]
)
def test_percentile_takes_the_nearest_rank(share, expected):
    assert percentile([float(n) for n in range(1, 11)], share) == expected


def test_percentile_outside_zero_to_one_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        percentile([1.0], 99)


def test_spread_is_told_with_its_range():
    assert str(Spread(1.234, 0.5, 2.0)) == "1.23× (0.50-2.00)"
