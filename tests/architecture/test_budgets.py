"""Sizes: 400 lines a file, 40 a function, complexity 10; names that say nothing are not used."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT, Source, product_sources

FILE_SOFT, FILE_HARD = 400, 600
FUNCTION_SOFT, FUNCTION_HARD = 40, 60
#: Files between the soft and the hard limit. Path to the reason.
LONG_FILES: dict[str, str] = {}
#: Functions between the soft and the hard limit: "path:name" to the reason.
LONG_FUNCTIONS: dict[str, str] = {
    "catalog/selectors/shelf.py:_list_item": "one dictionary, the wire shape of a product",
    "core/http.py:send": "one exchange and its log line; many keyword parameters",
    "config/launch/services.py:start": "the order of starting, told in one place",
    "integrations/zoho/sandbox/item_shapes.py:_common": "one dictionary, an item as Zoho shows it",
    "integrations/zoho/sandbox/order_shapes.py:_line": "one dictionary, a line as Zoho shows it",
    "integrations/zoho/sandbox/order_shapes.py:order_row": "one dictionary, an order in a list",
    "integrations/zoho/sandbox/organizations_api.py:_inventory_row": "one dictionary of Zoho's",
    "integrations/zoho/sandbox/seed.py:_plant_organization": "the rows of an empty account",
}
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}


def long_files(source: Source) -> list[str]:
    """The file when it is over its budget."""
    length = len(source.lines)
    is_too_long = length > FILE_HARD or (length > FILE_SOFT and source.path not in LONG_FILES)
    return [f"{source.path} has {length} lines"] if is_too_long else []


def long_functions(source: Source) -> list[str]:
    """Functions over their budget, decorators not counted."""
    found = []
    for node in source.nodes(ast.FunctionDef, ast.AsyncFunctionDef):
        length = node.end_lineno - node.lineno + 1
        is_listed = f"{source.path}:{node.name}" in LONG_FUNCTIONS
        if length > FUNCTION_HARD or (length > FUNCTION_SOFT and not is_listed):
            found.append(f"{source.place(node)} {node.name} has {length} lines")
    return found


def _words(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name, in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def empty_names(source: Source) -> list[str]:
    """Files, folders and classes whose name says nothing."""
    names = [part.removesuffix(".py") for part in source.parts]
    names += [node.name for node in source.nodes(ast.ClassDef)]
    return [f"{source.path}: {name}" for name in names if _words(name) & EMPTY_WORDS]


def test_files_within_budget():
    assert [line for source in product_sources() for line in long_files(source)] == []


def test_functions_within_budget():
    assert [line for source in product_sources() for line in long_functions(source)] == []


def test_names_say_something():
    assert [line for source in product_sources() for line in empty_names(source)] == []


def _complex(*arguments: str, text: str | None = None) -> str:
    """What ruff says about complexity."""
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--select=C901", "--output-format=concise"),
            *("--no-cache", *arguments),
        ],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    return finished.stdout


def test_complexity_within_budget():
    places = [p.path for p in product_sources()]
    assert _complex(*places).strip() == "All checks passed!"


def test_complex_function_caught():
    branches = "".join(f"    if x == {n}:\n        return {n}\n" for n in range(11))
    said = _complex("--stdin-filename=core/sample.py", "-", text=f"def pick(x):\n{branches}")
    assert "`pick` is too complex (12 > 10)" in said


@pytest.mark.parametrize(("lines", "caught"), [(400, 0), (401, 1), (601, 1)])
def test_long_file_caught(lines, caught):
    assert len(long_files(Source("core/sample.py", "x = 1\n" * lines))) == caught


def test_listed_file_still_caught_above_the_hard_limit(monkeypatch):
    monkeypatch.setitem(LONG_FILES, "core/sample.py", "for this test")
    assert long_files(Source("core/sample.py", "x = 1\n" * 600)) == []
    assert len(long_files(Source("core/sample.py", "x = 1\n" * 601))) == 1


@pytest.mark.parametrize(("lines", "caught"), [(40, 0), (41, 1), (61, 1)])
def test_long_function_caught(lines, caught):
    text = "def work():\n" + "    x = 1\n" * (lines - 1)
    assert len(long_functions(Source("core/sample.py", text))) == caught


def test_listed_function_still_caught_above_the_hard_limit(monkeypatch):
    monkeypatch.setitem(LONG_FUNCTIONS, "core/sample.py:work", "for this test")
    assert long_functions(Source("core/sample.py", "def work():\n" + "    x = 1\n" * 59)) == []
    assert len(long_functions(Source("core/sample.py", "def work():\n" + "    x = 1\n" * 60))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("core/utils.py", ""),
        ("core/date_utils.py", ""),
        ("catalog/common/prices.py", ""),
        ("catalog/prices.py", "class PriceManager: ..."),
        ("catalog/prices.py", "class HTTPHelper: ..."),
    ],
)
def test_empty_name_caught(path, text):
    assert len(empty_names(Source(path, text))) == 1


@pytest.mark.parametrize("name", ["Commonwealth", "Managed", "UtilityBill"])
def test_name_with_a_fuller_word_left_alone(name):
    assert empty_names(Source("core/sample.py", f"class {name}: ...")) == []
