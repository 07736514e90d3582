"""Opening hours: for each day of the week the spans in which a place is open.

{"mon": [["09:00", "13:00"], ["15:00", "18:00"]]}: hours of the place's own time zone, two digits
each. A day that is not there is closed. What goes past midnight is two spans: until "24:00", and
from "00:00" of the next day.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}
MIDNIGHT = "24:00"
MOST_SPANS = 6
_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")

OpeningHours = dict[str, list[list[str]]]


def sorted_hours(value: Any) -> OpeningHours:
    """The hours with days and spans in order and closed days left out.

    Raises ValidationError naming the day: for a day that is none, a span that is not two hours,
    one that ends before it begins, spans that overlap, more than six a day.
    """
    if not isinstance(value, dict):
        raise _refusal(_("Opening hours are given by day."))
    for day in value:
        if day not in DAYS:
            raise _refusal(_("“%(day)s” is no day: mon, tue, wed, thu, fri, sat, sun."), day)
    spans = {day: _sorted_spans(day, value[day]) for day in DAYS if day in value}
    return {day: found for day, found in spans.items() if found}


def validate_opening_hours(value: Any) -> None:
    """Raise ValidationError as `sorted_hours`."""
    sorted_hours(value)


def _sorted_spans(day: str, value: Any) -> list[list[str]]:
    if not isinstance(value, list) or len(value) > MOST_SPANS:
        raise _refusal(_("%(day)s: give at most six spans of two hours each."), day)
    spans = sorted(_span(day, each) for each in value)
    for (_begins, ends), (begins, _ends) in pairwise(spans):
        if begins < ends:
            raise _refusal(_("%(day)s: the spans overlap."), day)
    return spans


def _span(day: str, value: Any) -> list[str]:
    is_pair = isinstance(value, list) and len(value) == 2
    if not is_pair or not all(isinstance(hour, str) for hour in value):
        raise _refusal(_("%(day)s: give at most six spans of two hours each."), day)
    begins, ends = value
    if not _HOUR.fullmatch(begins) or not (_HOUR.fullmatch(ends) or ends == MIDNIGHT):
        raise _refusal(_("%(day)s: hours are written 09:00, from 00:00 to 24:00."), day)
    if begins >= ends:
        raise _refusal(
            _("%(day)s: closes before it opens; past midnight, end at 24:00 and go on next day."),
            day,
        )
    return [begins, ends]


def _refusal(message: Any, day: object = "") -> ValidationError:
    name = DAY_NAMES.get(str(day), day)
    return ValidationError(message, code="opening_hours", params={"day": name})
