"""The kinds of columns: which texts are values of them, in SQL, and what is wrong with the others.

Each kind speaks of an SQL expression of a cell's text without white space around it, not empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: Digits that people type in numbers.
_DIGITS = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"
_LATIN = "01234567890123456789"
#: Between the texts of a cell that has several.
SEPARATOR = ";"
_KEPT_SEPARATOR = "\\;"
_BETWEEN_TEXTS = r"(?<!\\);"
_TRUE = ("yes", "y", "true", "1", "نعم", "صحيح", "हाँ", "بەڵێ")
_FALSE = ("no", "n", "false", "0", "لا", "خطأ", "नहीं", "نەخێر")


def literal(text: str) -> str:
    """`text` as an SQL constant within a statement that has parameters."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def _one_of(expression: str, words: tuple[str, ...]) -> str:
    return f"{expression} IN ({', '.join(literal(word) for word in words)})"


@dataclass(frozen=True, slots=True)
class Problem:
    """`condition` holds for a text that is wrong; an earlier problem of the kind comes first."""

    code: str
    condition: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Any text. `sql_type` is what a value is cast to."""

    sql_type: str = "text"

    def canonical(self, cell: str) -> str:
        """The text that is stored as the value."""
        return cell

    def problems(self, cell: str) -> list[Problem]:
        """What makes the text no value, in the order it is told."""
        return []

    def facts(self) -> dict[str, Any]:
        """What the messages of the problems name."""
        return {}

    def emptied(self) -> str:
        """The SQL of the value of an empty cell that empties the field."""
        return "''"


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """At most `max_length` characters. `pattern` is a regular expression of PostgreSQL."""

    max_length: int | None = None
    is_upper: bool = False
    is_lower: bool = False
    pattern: str = ""
    pattern_code: str = "malformed"

    def canonical(self, cell: str) -> str:
        if self.is_upper:
            return f"upper({cell})"
        return f"lower({cell})" if self.is_lower else cell

    def problems(self, cell: str) -> list[Problem]:
        found = []
        if self.max_length is not None:
            found.append(Problem("too_long", f"char_length({cell}) > {self.max_length}"))
        if self.pattern:
            value = self.canonical(cell)
            found.append(Problem(self.pattern_code, f"{value} !~ {literal(self.pattern)}"))
        return found

    def facts(self) -> dict[str, Any]:
        return {"limit": self.max_length} if self.max_length is not None else {}


@dataclass(frozen=True, slots=True)
class Texts(Kind):
    """Several texts in a cell, separated by semicolons; one within a text follows a backslash.

    `max_length` and `pattern` are of each text.
    """

    sql_type: str = "text[]"
    max_length: int | None = None
    is_upper: bool = False
    pattern: str = ""
    pattern_code: str = "malformed"

    def canonical(self, cell: str) -> str:
        parts = f"regexp_split_to_table({cell}, {literal(_BETWEEN_TEXTS)})"
        text = f"replace(btrim(part.text), {literal(_KEPT_SEPARATOR)}, {literal(SEPARATOR)})"
        if self.is_upper:
            text = f"upper({text})"
        return (
            f"COALESCE((SELECT array_agg({text} ORDER BY part.place)::text FROM {parts}"
            " WITH ORDINALITY AS part (text, place) WHERE btrim(part.text) <> ''), '{}')"
        )

    def problems(self, cell: str) -> list[Problem]:
        texts = f"unnest(({self.canonical(cell)})::text[]) AS each (text)"
        found = []
        if self.max_length is not None:
            wrong = f"char_length(each.text) > {self.max_length}"
            found.append(Problem("too_long", f"EXISTS (SELECT FROM {texts} WHERE {wrong})"))
        if self.pattern:
            wrong = f"each.text !~ {literal(self.pattern)}"
            found.append(Problem(self.pattern_code, f"EXISTS (SELECT FROM {texts} WHERE {wrong})"))
        return found

    def facts(self) -> dict[str, Any]:
        return {"limit": self.max_length} if self.max_length is not None else {}

    def emptied(self) -> str:
        return "'{}'"


def joined_texts(texts: Iterable[str]) -> str:
    """The texts as a cell of the kind `Texts`."""
    return f"{SEPARATOR} ".join(text.replace(SEPARATOR, _KEPT_SEPARATOR) for text in texts)


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A whole number, or a decimal one when `places` is given, rounded to these or refused."""

    sql_type: str = "numeric"
    least: int | None = None
    most: int | None = None
    places: int | None = None
    rounds: bool = False

    def _pattern(self) -> str:
        if self.places is None:
            return r"^[+-]?[0-9]{1,18}$"
        return r"^[+-]?([0-9]{1,18}(\.[0-9]{0,20})?|\.[0-9]{1,20})$"

    def _number(self, cell: str) -> str:
        latin = f"translate({cell}, {literal(_DIGITS)}, {literal(_LATIN)})"
        return f"(CASE WHEN {latin} ~ {literal(self._pattern())} THEN {latin}::numeric END)"

    def canonical(self, cell: str) -> str:
        value = self._number(cell)
        rounded = f"round({value}, {self.places})" if self.places is not None else value
        return f"trim_scale({rounded})::text"

    def problems(self, cell: str) -> list[Problem]:
        value = self._number(cell)
        code = "not_a_whole_number" if self.places is None else "not_a_number"
        found = [Problem(code, f"{value} IS NULL")]
        if self.least is not None:
            found.append(Problem("too_small", f"{value} < {self.least}"))
        if self.most is not None:
            found.append(Problem("too_large", f"{value} > {self.most}"))
        if self.places is not None and not self.rounds:
            found.append(
                Problem("too_many_decimals", f"scale(trim_scale({value})) > {self.places}")
            )
        return found

    def facts(self) -> dict[str, Any]:
        facts = {"least": self.least, "most": self.most, "places": self.places}
        return {name: fact for name, fact in facts.items() if fact is not None}


@dataclass(frozen=True, slots=True)
class YesNo(Kind):
    """Yes or no, in the languages of the data, or 1 and 0."""

    sql_type: str = "boolean"

    def canonical(self, cell: str) -> str:
        word = f"lower({cell})"
        return (
            f"CASE WHEN {_one_of(word, _TRUE)} THEN 'true'"
            f" WHEN {_one_of(word, _FALSE)} THEN 'false' END"
        )

    def problems(self, cell: str) -> list[Problem]:
        return [Problem("not_yes_or_no", f"NOT {_one_of(f'lower({cell})', _TRUE + _FALSE)}")]


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a few. `words` maps every accepted spelling, in lower case, to the stored value."""

    words: Mapping[str, str] = field(default_factory=dict)

    def canonical(self, cell: str) -> str:
        whens = " ".join(
            f"WHEN {literal(word)} THEN {literal(value)}" for word, value in self.words.items()
        )
        return f"CASE lower({cell}) {whens} END"

    def problems(self, cell: str) -> list[Problem]:
        return [Problem("not_a_choice", f"({self.canonical(cell)}) IS NULL")]

    def facts(self) -> dict[str, Any]:
        return {"choices": ", ".join(dict.fromkeys(self.words.values()))}


@dataclass(frozen=True, slots=True)
class OtherName:
    """Another way to name a record: by its field `field`, or, with `model_label`, by that of the
    rows of another model whose reference `of` leads to it."""

    field: str
    model_label: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Reference(Kind):
    """Another record, named by its field `key`, else in one of the `others` ways.

    `within`: it may stand in the same file. `first_by`: of records with the same key the first by
    this field is meant.
    """

    sql_type: str = "bigint"
    key: str = "code"
    within: bool = False
    ignores_case: bool = False
    others: tuple[OtherName, ...] = ()
    first_by: str = ""


@dataclass(frozen=True, slots=True)
class JsonObject(Kind):
    """A JSON object; what is in it the row check of the resource may look at."""

    sql_type: str = "jsonb"


@dataclass(frozen=True, slots=True)
class Day(Kind):
    """A day as 2026-04-01, from the year `first_year` on."""

    sql_type: str = "date"
    first_year: int = 1900

    def canonical(self, cell: str) -> str:
        return f"translate({cell}, {literal(_DIGITS)}, {literal(_LATIN)})"

    def problems(self, cell: str) -> list[Problem]:
        latin = self.canonical(cell)
        # To cast a text that is no day would end the statement with an error.
        year, month, day = (f"split_part({latin}, '-', {place})::int" for place in (1, 2, 3))
        last = (
            f"CASE WHEN {month} IN (4, 6, 9, 11) THEN 30 WHEN {month} <> 2 THEN 31"
            f" WHEN {year} %% 4 = 0 AND ({year} %% 100 <> 0 OR {year} %% 400 = 0) THEN 29"
            " ELSE 28 END"
        )
        is_day = (
            f"CASE WHEN {latin} ~ '^[0-9]{{4}}-(0[1-9]|1[0-2])-[0-9]{{2}}$'"
            f" THEN {year} >= {self.first_year} AND {day} BETWEEN 1 AND {last} ELSE false END"
        )
        return [Problem("not_a_day", f"NOT ({is_day})")]

    def facts(self) -> dict[str, Any]:
        return {"first_year": self.first_year}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a resource and the model's field of the same name.

    `keeps_when_empty`: an empty cell leaves what is stored, and a new record gets the default;
    otherwise it empties the field. `is_derived`: the resource fills it in from other columns; no
    file has it.
    """

    name: str
    label: Any
    kind: Kind
    aliases: tuple[str, ...] = ()
    is_required: bool = False
    keeps_when_empty: bool = False
    is_nullable: bool = False
    is_derived: bool = False
