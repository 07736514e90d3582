"""CSV as it comes: its encoding and delimiter found out, its rows read one at a time."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from typing import IO

from core.importing.errors import ImportCellTooLarge, ImportFileUnreadable

#: What people may say a file is written in, when it was taken for something else.
ENCODINGS = ("utf-8", "utf-16", "cp1256", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
#: What a spreadsheet's cell can hold.
LONGEST_CELL = 32_767
_SAMPLE = 64 * 1024
_SAMPLED_ROWS = 20
_CHUNK = 256 * 1024
_SEP = "sep="


def find_encoding(file: IO[bytes]) -> str:
    """By the byte order mark; else UTF-8 when all of it is that, UTF-16 by its zeros, else cp1256.

    Text in one byte a letter looks the same in every such encoding: here it is the Arabic one.
    """
    file.seek(0)
    head = file.read(_SAMPLE)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 20 > len(head) and min(even, odd) == 0:
        return "utf-16-be" if even > odd else "utf-16-le"
    return "utf-8" if _is_utf8(file) else "cp1256"


def _is_utf8(file: IO[bytes]) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def find_delimiter(sample: str, known: Iterable[str]) -> str:
    """The delimiter that finds most known headings, then most columns, in the sample."""
    first = sample.partition("\n")[0].strip()
    if first.lower().startswith(_SEP) and len(first) == len(_SEP) + 1:
        return first[-1]
    names = {name.casefold() for name in known}

    def score(delimiter: str) -> tuple[int, int]:
        rows = [row for row in _sampled(sample, delimiter) if any(cell.strip() for cell in row)]
        heading = rows[0] if rows else []
        hits = sum(_folded(cell) in names for cell in heading)
        return hits, len(heading)

    return max(DELIMITERS, key=score)


def _folded(cell: str) -> str:
    return cell.partition("[")[0].strip().casefold() or cell.strip(" []").casefold()


def _sampled(sample: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) == _SAMPLED_ROWS:
                break
    except csv.Error:
        # The end of the sample may stand within quotes: what was read until then is enough.
        return rows
    return rows


def read_csv(file: IO[bytes], *, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of every row that is not blank; the number counts records from 1.

    Raises ImportFileUnreadable and ImportCellTooLarge.
    """
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
    number = 0
    try:
        for cells in csv.reader(text, delimiter=delimiter, strict=False):
            number += 1
            if number == 1 and _is_sep_line(cells, delimiter):
                continue
            if any("\x00" in cell for cell in cells):
                raise ImportFileUnreadable(problem=f"row {number} is no text")
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise ImportCellTooLarge(row=number, limit=LONGEST_CELL)
            if any(cell.strip() for cell in cells):
                yield number, cells
    except UnicodeDecodeError as error:
        raise ImportFileUnreadable(problem=f"not {encoding} after row {number}") from error
    except csv.Error as error:
        if "field larger" in str(error):
            raise ImportCellTooLarge(row=number + 1, limit=LONGEST_CELL) from error
        raise ImportFileUnreadable(problem=f"row {number + 1}: {error}") from error
    finally:
        text.detach()


def _is_sep_line(cells: list[str], delimiter: str) -> bool:
    return delimiter.join(cells).strip().lower() == f"{_SEP}{delimiter}"


def csv_sample(file: IO[bytes], encoding: str) -> str:
    """The beginning as text; what the last bytes cut in half is left out."""
    file.seek(0)
    return file.read(_SAMPLE).decode(encoding, errors="ignore")
