"""The first sheet of an XLSX workbook, read as a stream within limits.

A workbook is a ZIP archive of XML. Nothing of it is held whole: the sheet is parsed while it is
unpacked, and the texts that cells share lie in a temporary file. A document type, which is what
XML bombs are made of, is refused.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from array import array
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import IO, Any
from xml.parsers import expat

from core.importing.csv_reading import LONGEST_CELL
from core.importing.errors import (
    ImportCellTooLarge,
    ImportFileExpandsTooFar,
    ImportFileUnreadable,
    ImportTooManyColumns,
)

#: A workbook has a few dozen parts.
MOST_PARTS = 2_000
_CHUNK = 64 * 1024
_STRINGS = "xl/sharedStrings.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
_RELATIONS = "xl/_rels/workbook.xml.rels"
_BROKEN = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError)


class _Unpacked:
    """Counts what is unpacked: an archive may say less than it holds."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.count = 0

    def add(self, size: int) -> None:
        self.count += size
        if self.count > self.limit:
            raise ImportFileExpandsTooFar(limit=self.limit // 1024)


class _SharedTexts:
    """The texts that cells refer to by number, in a temporary file."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by `close`)
        self._starts = array("Q", [0])

    def add(self, text: str) -> None:
        self._file.write(text.encode("utf-8", "replace"))
        self._starts.append(self._file.tell())

    def get(self, number: int) -> str:
        if not 0 <= number < len(self._starts) - 1:
            raise ImportFileUnreadable(problem="a cell refers to a text that is not there")
        start, end = self._starts[number], self._starts[number + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode()

    def close(self) -> None:
        self._file.close()


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_document_type(*_: Any) -> None:
    raise ImportFileUnreadable(problem="the workbook has a document type")


def _parser() -> Any:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.buffer_text = True
    return parser


def _feed(archive: zipfile.ZipFile, name: str, parser: Any, unpacked: _Unpacked) -> Iterator[None]:
    """Parse the part piece by piece; yields after each."""
    try:
        with archive.open(name) as part:
            while chunk := part.read(_CHUNK):
                unpacked.add(len(chunk))
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
            yield
    except expat.ExpatError as error:
        raise ImportFileUnreadable(problem=f"{name} is broken: {error}") from error
    except KeyError as error:
        raise ImportFileUnreadable(problem=f"the workbook has no {name}") from error
    except _BROKEN as error:
        raise ImportFileUnreadable(problem="the archive is broken or locked") from error


class _TextCollector:
    """Gathers the text of `t` elements, without that of phonetic hints."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.is_text = False
        self.is_hint = False

    def start(self, name: str) -> None:
        if name == "rPh":
            self.is_hint = True
        elif name == "t":
            self.is_text = not self.is_hint

    def end(self, name: str) -> None:
        if name == "rPh":
            self.is_hint = False
        elif name == "t":
            self.is_text = False

    def add(self, data: str, row: int) -> None:
        self.length += len(data)
        if self.length > LONGEST_CELL:
            raise ImportCellTooLarge(row=row, limit=LONGEST_CELL)
        self.parts.append(data)

    def take(self) -> str:
        text = "".join(self.parts)
        self.parts, self.length = [], 0
        return text


def _read_shared(archive: zipfile.ZipFile, unpacked: _Unpacked, shared: _SharedTexts) -> None:
    if _STRINGS not in archive.namelist():
        return
    collector = _TextCollector()
    parser = _parser()

    def start(name: str, _: Any) -> None:
        collector.start(_local(name))

    def end(name: str) -> None:
        collector.end(_local(name))
        if _local(name) == "si":
            shared.add(collector.take())

    def data(text: str) -> None:
        if collector.is_text:
            collector.add(text, 0)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = data
    for _ in _feed(archive, _STRINGS, parser, unpacked):
        pass


def _attributes_of(
    archive: zipfile.ZipFile, name: str, element: str, unpacked: _Unpacked
) -> list[dict[str, str]]:
    """The attributes of every such element of a small part, without their name spaces."""
    found: list[dict[str, str]] = []
    parser = _parser()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == element and len(found) < MOST_PARTS:
            found.append({_local(key): value for key, value in attributes.items()})

    parser.StartElementHandler = start
    for _ in _feed(archive, name, parser, unpacked):
        pass
    return found


def _first_sheet(archive: zipfile.ZipFile, unpacked: _Unpacked) -> str:
    """The name of the part that is the first sheet."""
    sheets = _attributes_of(archive, "xl/workbook.xml", "sheet", unpacked)
    relations = _attributes_of(archive, _RELATIONS, "Relationship", unpacked)
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    target = targets.get(sheets[0].get("id")) if sheets else None
    if not target:
        raise ImportFileUnreadable(problem="the workbook has no sheet")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def column_number(letters: str) -> int:
    """The number of a spreadsheet's column, from 0: "A" is 0, "AA" 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def plain_figure(text: str) -> str:
    """A stored number as people would write it: `4.0` is 4, `44.854660000000003` is 44.85466."""
    try:
        shortest = Decimal(repr(float(text)))
    except (ValueError, InvalidOperation):
        return text
    if not shortest.is_finite() or abs(shortest.adjusted()) > 40:
        return text
    whole = shortest.to_integral_value()
    return f"{whole:f}" if whole == shortest else f"{shortest.normalize():f}"


class _Sheet:
    """Turns the elements of a sheet into rows."""

    def __init__(self, shared: _SharedTexts, most_columns: int) -> None:
        self.rows: list[tuple[int, list[str]]] = []
        self._shared = shared
        self._most_columns = most_columns
        self._number = 0
        self._cells: dict[int, str] = {}
        self._place = -1
        self._type = ""
        self._is_value = False
        self._collector = _TextCollector()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "row":
            given = attributes.get("r", "")
            self._number = int(given) if given.isdecimal() else self._number + 1
            self._cells, self._place = {}, -1
        elif name == "c":
            self._type = attributes.get("t", "n")
            found = _REFERENCE.match(attributes.get("r", ""))
            self._place = column_number(found[1]) if found else self._place + 1
            if self._place >= self._most_columns:
                raise ImportTooManyColumns(limit=self._most_columns)
        elif name == "v":
            self._is_value = True
        else:
            self._collector.start(name)

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name == "c":
            text = self._value(self._collector.take())
            if text:
                self._cells[self._place] = text
        elif name == "v":
            self._is_value = False
        elif name == "row":
            if any(text.strip() for text in self._cells.values()):
                last = max(self._cells)
                cells = [self._cells.get(place, "") for place in range(last + 1)]
                self.rows.append((self._number, cells))
        else:
            self._collector.end(name)

    def data(self, text: str) -> None:
        if self._is_value or self._collector.is_text:
            self._collector.add(text, self._number)

    def _value(self, text: str) -> str:
        if self._type == "s":
            return self._shared.get(int(text)) if text.isdecimal() else ""
        if self._type == "b":
            return {"1": "true", "0": "false"}.get(text, text)
        # What a formula came to when it could not be computed is no value.
        return plain_figure(text) if self._type == "n" and text else text

    def take(self) -> list[tuple[int, list[str]]]:
        rows, self.rows = self.rows, []
        return rows


def read_xlsx(
    file: IO[bytes], *, most_unpacked: int, most_columns: int
) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of every row of the first sheet that is not blank.

    Dates come as the numbers they are stored as. Raises ImportFileUnreadable,
    ImportFileExpandsTooFar, ImportTooManyColumns, ImportCellTooLarge.
    """
    file.seek(0)
    unpacked = _Unpacked(most_unpacked)
    shared = _SharedTexts()
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise ImportFileUnreadable(problem=f"the archive has more than {MOST_PARTS} parts")
            if sum(part.file_size for part in parts) > most_unpacked:
                raise ImportFileExpandsTooFar(limit=most_unpacked // 1024)
            name = _first_sheet(archive, unpacked)
            _read_shared(archive, unpacked, shared)
            sheet = _Sheet(shared, most_columns)
            parser = _parser()
            parser.StartElementHandler, parser.EndElementHandler = sheet.start, sheet.end
            parser.CharacterDataHandler = sheet.data
            for _ in _feed(archive, name, parser, unpacked):
                yield from sheet.take()
    except zipfile.BadZipFile as error:
        raise ImportFileUnreadable(problem="the archive is broken or locked") from error
    finally:
        shared.close()
