"""The rows of a formset as a browser sent them, to be rearranged."""

from __future__ import annotations

from typing import Any

TOTAL, INITIAL = "TOTAL_FORMS", "INITIAL_FORMS"
#: {input: values} of one row.
PostedRow = dict[str, list[str]]


class PostedRows:
    """`known` are the rows that were stored when the form was shown, by their keys; `extra` new
    ones. `write_back` numbers them afresh in the data they came from."""

    def __init__(self, data: Any, prefix: str, key_name: str) -> None:
        self._data, self._prefix, self._key_name = data, prefix, key_name
        self.known: dict[str, PostedRow] = {}
        self.extra: list[PostedRow] = []
        numbered: dict[int, PostedRow] = {}
        for name, values in data.lists():
            number, _, rest = name.removeprefix(f"{prefix}-").partition("-")
            if name.startswith(f"{prefix}-") and number.isdecimal():
                numbered.setdefault(int(number), {})[rest] = list(values)
        self._names = [f"{prefix}-{n}-{rest}" for n, row in numbered.items() for rest in row]
        sent = data.get(f"{prefix}-{INITIAL}", "")
        stored = int(sent) if sent.isdecimal() else 0
        for number in sorted(numbered):
            row = numbered[number]
            if number < stored and row.get(key_name):
                self.known[row[key_name][0]] = row
            else:
                self.extra.append(row)

    def write_back(self) -> None:
        """Put the rows into the data, the stored ones first."""
        for name in self._names:
            del self._data[name]
        rows = [*self.known.values(), *self.extra]
        for number, row in enumerate(rows):
            for rest, values in row.items():
                self._data.setlist(f"{self._prefix}-{number}-{rest}", values)
        self._data[f"{self._prefix}-{TOTAL}"] = str(len(rows))
        self._data[f"{self._prefix}-{INITIAL}"] = str(len(self.known))
