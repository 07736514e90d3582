"""Opening hours as inputs: for each day a few pairs of times."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.template.loader import render_to_string

from settings_modules.locations.opening_hours import (
    DAY_NAMES,
    DAYS,
    MIDNIGHT,
    MOST_SPANS,
    sorted_hours,
)

#: Pairs that every day shows; a full day shows one more.
LEAST_PAIRS = 2
_BEGINS, _ENDS = "from", "to"


class OpeningHoursWidget(forms.Widget):
    """Two pairs of times a day or more; an empty pair is no span, closing at 00:00 is 24:00.

    The value as one JSON text under the plain name goes before the pairs.
    """

    template_name = "admin/opening_hours.html"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        hours = _hours_in(value)
        days = [
            {"label": DAY_NAMES[day], "pairs": self._pairs(name, day, hours.get(day))}
            for day in DAYS
        ]
        return render_to_string(self.template_name, {"days": days, "id": (attrs or {}).get("id")})

    def _pairs(self, name: str, day: str, spans: Any) -> list[dict[str, str]]:
        known = [span for span in spans if len(span) == 2] if isinstance(spans, list) else []
        shown = min(max(LEAST_PAIRS, len(known) + 1), MOST_SPANS)
        return [
            {
                "begins_name": _input_name(name, day, index, _BEGINS),
                "ends_name": _input_name(name, day, index, _ENDS),
                "begins": str(begins),
                # Browsers know no 24:00.
                "ends": "00:00" if ends == MIDNIGHT else str(ends),
            }
            for index, (begins, ends) in enumerate([*known, *[("", "")] * (shown - len(known))])
        ]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if name in data:
            return data[name]
        hours: dict[str, list[list[str]]] = {}
        for day in DAYS:
            for index in range(MOST_SPANS):
                begins = data.get(_input_name(name, day, index, _BEGINS), "").strip()
                ends = data.get(_input_name(name, day, index, _ENDS), "").strip()
                if begins or ends:
                    until = MIDNIGHT if begins and ends == "00:00" else ends
                    hours.setdefault(day, []).append([begins, until])
        return hours

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return ""


class OpeningHoursField(forms.Field):
    """The hours as locations keep them. Raises ValidationError naming the day."""

    widget = OpeningHoursWidget

    def prepare_value(self, value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value or {})

    def to_python(self, value: Any) -> Any:
        return sorted_hours(_hours_in(value) if isinstance(value, str) else value or {})

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or {}))
        except forms.ValidationError:
            return True


def _hours_in(value: Any) -> Any:
    """The hours in a JSON text; none in a text that is no such thing."""
    if isinstance(value, str):
        try:
            value = json.loads(value or "{}")
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def _input_name(name: str, day: str, index: int, end: str) -> str:
    return f"{name}_{day}_{index}_{end}"
