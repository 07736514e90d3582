"""Opening hours: sorted, without overlap, past midnight in two spans."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from settings_modules.locations.opening_hours import sorted_hours


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {}),
        ({"mon": []}, {}),
        ({"tue": [["09:00", "17:00"]], "mon": [["09:00", "17:00"]]},
         {"mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]]}),
        ({"mon": [["15:00", "18:00"], ["09:00", "13:00"]]},
         {"mon": [["09:00", "13:00"], ["15:00", "18:00"]]}),
        ({"mon": [["09:00", "13:00"], ["13:00", "18:00"]]},
         {"mon": [["09:00", "13:00"], ["13:00", "18:00"]]}),
        ({"fri": [["18:00", "24:00"]], "sat": [["00:00", "02:00"]]},
         {"fri": [["18:00", "24:00"]], "sat": [["00:00", "02:00"]]}),
        ({"sun": [["00:00", "24:00"]]}, {"sun": [["00:00", "24:00"]]}),
    ],
)  # fmt: skip
def test_hours_are_kept_in_order(given, kept):
    found = sorted_hours(given)
    assert found == kept
    assert list(found) == list(kept)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "Opening hours are given by day."),
        ("mon", "Opening hours are given by day."),
        ({"monday": []}, "“monday” is no day: mon, tue, wed, thu, fri, sat, sun."),
        ({"mon": "09:00-17:00"}, "Monday: give at most six spans of two hours each."),
        ({"mon": [["09:00"]]}, "Monday: give at most six spans of two hours each."),
        ({"mon": [[9, 17]]}, "Monday: give at most six spans of two hours each."),
        ({"mon": [["00:00", "01:00"]] * 7}, "Monday: give at most six spans of two hours each."),
        ({"tue": [["9:00", "17:00"]]}, "Tuesday: hours are written 09:00, from 00:00 to 24:00."),
        ({"tue": [["09:00", "24:01"]]}, "Tuesday: hours are written 09:00, from 00:00 to 24:00."),
        ({"tue": [["24:00", "24:00"]]}, "Tuesday: hours are written 09:00, from 00:00 to 24:00."),
        ({"sun": [["09:00", "12:00"], ["11:59", "13:00"]]}, "Sunday: the spans overlap."),
        ({"sun": [["09:00", "12:00"], ["09:00", "12:00"]]}, "Sunday: the spans overlap."),
        ({"fri": [["22:00", "02:00"]]},
         "Friday: closes before it opens; past midnight, end at 24:00 and go on next day."),
        ({"fri": [["09:00", "09:00"]]},
         "Friday: closes before it opens; past midnight, end at 24:00 and go on next day."),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_are_refused_by_their_day(given, message):
    with pytest.raises(ValidationError) as refused:
        sorted_hours(given)
    assert refused.value.messages == [message]
