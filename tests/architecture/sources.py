"""The project's Python files as the keepers of the architecture read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["config", "integrations", "marketing", "catalog", "settings_modules", "core"]


@dataclass(frozen=True)
class Source:
    """One file: its path inside the project and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree, each node knowing its `parent`."""
        tree = ast.parse(self.text, self.path)
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                child.parent = node  # type: ignore[attr-defined]
        return tree

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def parts(self) -> tuple[str, ...]:
        return PurePosixPath(self.path).parts

    def line(self, node: ast.AST) -> str:
        """The source line on which `node` begins."""
        return self.lines[node.lineno - 1]  # type: ignore[attr-defined]

    def place(self, node: ast.AST) -> str:
        """`path:line` for messages."""
        return f"{self.path}:{node.lineno}"  # type: ignore[attr-defined]

    def is_under(self, *prefixes: str) -> bool:
        """Whether the path is one of these files or below one of these folders."""
        return any(self.path == p or self.path.startswith(f"{p.rstrip('/')}/") for p in prefixes)

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """Every node of these kinds."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))


def parents(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes around `node`, the nearest first."""
    while (node := getattr(node, "parent", None)) is not None:  # type: ignore[assignment]
        yield node


def enclosing_function(node: ast.AST) -> str:
    """The name of the function that `node` stands in; "" at module level."""
    functions = (p for p in parents(node) if isinstance(p, ast.FunctionDef | ast.AsyncFunctionDef))
    return next((function.name for function in functions), "")


def imported_modules(node: ast.AST, path: str) -> list[str]:
    """The modules that an import statement in the file `path` names, relative ones resolved."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        package = PurePosixPath(path).parts[: -node.level]
        base = ".".join([*package, *([base] if base else [])])
    return [f"{base}.{alias.name}" for alias in node.names]


@lru_cache
def product_sources() -> tuple[Source, ...]:
    """Every file of the product, without migrations."""
    files = [ROOT / "manage.py"]
    for package in PACKAGES:
        files += sorted((ROOT / package).rglob("*.py"))
    return tuple(
        Source(str(file.relative_to(ROOT)), file.read_text(encoding="utf-8"))
        for file in files
        if "migrations" not in file.parts
    )
