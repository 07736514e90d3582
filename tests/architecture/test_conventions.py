"""Conventions that no linter knows: signals, tasks, imports, broad excepts, the page cache."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.sources import (
    Source,
    enclosing_function,
    imported_modules,
    parents,
    product_sources,
)

#: `connect` that is no signal: path to what it connects.
CONNECTIONS = {
    "config/launch/connection_probe.py": "a database",
    "config/launch/valkey.py": "a socket",
    "integrations/zoho/sandbox/store.py": "SQLite",
}
#: Where a task may be sent although no transaction is being committed. Path to the reason.
SENDERS = {"core/background.py": "registers its own sending on commit"}
#: Where any exception may be caught, as "path:function", to what becomes of it.
BROAD_EXCEPTS = {
    "config/launch/commands.py:_run_django": "told in a sentence when the database is away",
    "core/events/relay.py:_attempt": "kept on the delivery and retried",
    "core/events/relay.py:_deliver_prompt": "logged; the relay delivers again",
    "core/webhooks/sending.py:_attempt": "logged, kept as a failed attempt, retried",
    "integrations/zoho/services/order_push.py:_attempt": "logged, kept on the push, retried",
    "integrations/zoho/sandbox/server.py:_serve": "answered as a 500, as Zoho does",
}
PAGE_CACHE = "core/caching.py"
ERROR_FILES = ("errors.py", "refusals.py")


def signals(source: Source) -> list[str]:
    """Django signals anywhere; anybody's signals outside core."""
    found = []
    for node in source.nodes(ast.Import, ast.ImportFrom):
        for module in imported_modules(node, source.path):
            is_signal = "signals" in module.split(".") or module.startswith("django.dispatch")
            if is_signal and (module.startswith("django.") or not source.is_under("core")):
                found.append(f"{source.place(node)} imports {module}")
    for node in source.nodes(ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name == "connect" and not source.is_under("core") and source.path not in CONNECTIONS:
            found.append(f"{source.place(node)} connects")
    return found


def _is_on_commit(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute | ast.Name)
        and (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id)
        == "on_commit"
    )


def tasks_before_commit(source: Source) -> list[str]:
    """Tasks sent while the transaction that they depend on is still open."""
    if source.path in SENDERS:
        return []
    return [
        f"{source.place(node)} .{node.attr}"
        for node in source.nodes(ast.Attribute)
        if node.attr in {"delay", "apply_async", "send_task"}
        and not any(_is_on_commit(parent) for parent in parents(node))
    ]


def unexplained_imports(source: Source) -> list[str]:
    """Imports inside functions without `# noqa: PLC0415  (the reason)` or a comment above.

    The reason of the first import in a row holds for the row.
    """
    return [
        source.place(node)
        for node in source.nodes(ast.Import, ast.ImportFrom)
        if enclosing_function(node) and not _is_explained(node, source)
    ]


def _is_explained(node: ast.AST, source: Source) -> bool:
    lines = source.lines[node.lineno - 1 : node.end_lineno]
    if any(re.search(r"noqa:[^()]*PLC0415[^()]*\(.{5,}\)", line) for line in lines):
        return True
    if source.lines[node.lineno - 2].lstrip().startswith("# "):
        return True
    row = node.parent.body
    before = row[row.index(node) - 1] if row.index(node) else None
    return isinstance(before, ast.Import | ast.ImportFrom) and _is_explained(before, source)


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"})
        for kind in kinds
    )


def _passes_on(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def hidden_errors(source: Source) -> list[str]:
    """Handlers of every exception that do not pass it on and are not listed with a comment."""
    found = []
    for node in source.nodes(ast.ExceptHandler):
        if not _catches_everything(node) or _passes_on(node):
            continue
        explained = source.lines[node.lineno - 1 : node.body[0].lineno - 1]
        has_comment = any("#" in line for line in explained)
        place = f"{source.path}:{enclosing_function(node)}"
        if not has_comment or place not in BROAD_EXCEPTS:
            found.append(f"{source.place(node)} in {place} (comment: {has_comment})")
    return found


def page_caches(source: Source) -> list[str]:
    """Uses of Django's response cache outside the one module that knows what is public."""
    if source.path == PAGE_CACHE:
        return []
    names = {"cache_page", "UpdateCacheMiddleware", "FetchFromCacheMiddleware"}
    return [
        source.place(node)
        for node in source.nodes(ast.Name, ast.Attribute, ast.alias, ast.Constant)
        if any(name in str(_text_of(node)).split(".") for name in names)
    ]


def _text_of(node: ast.AST) -> object:
    for attribute in ("id", "attr", "name", "value"):
        if isinstance(text := getattr(node, attribute, None), str):
            return text
    return None


def misplaced_errors(source: Source) -> list[str]:
    """Coded errors declared where neither the documentation nor a reader looks for them."""
    if source.parts[-1] in ERROR_FILES:
        return []
    return [
        f"{source.place(node)} {node.name}"
        for node in source.nodes(ast.ClassDef)
        if {"code", "message_ar"} <= _constants_of(node)
    ]


def _constants_of(node: ast.ClassDef) -> set[str]:
    """The names that the class body sets to constants."""
    return {
        target.id
        for statement in node.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


RULES = [
    signals,
    tasks_before_commit,
    unexplained_imports,
    hidden_errors,
    page_caches,
    misplaced_errors,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_kept_everywhere(rule):
    assert [place for source in product_sources() for place in rule(source)] == []


CAUGHT = [
    (signals, "from django.dispatch import receiver"),
    (signals, "from django.db.models.signals import post_save"),
    (signals, "from django.db.models import signals"),
    (signals, "import django.core.signals"),
    (signals, "from celery.signals import task_prerun"),
    (signals, "post_save.connect(listen)"),
    (tasks_before_commit, "push.delay(1)"),
    (tasks_before_commit, "push.apply_async(args=[1])"),
    (tasks_before_commit, "send = push.delay"),
    (tasks_before_commit, "app.send_task('x')"),
    (unexplained_imports, "def f():\n    import os"),
    (unexplained_imports, "def f():\n    import os  # noqa: PLC0415"),
    (unexplained_imports, "class A:\n    def f(self):\n        from a import b  # noqa: F401"),
    (hidden_errors, "try:\n    x()\nexcept Exception:  # why\n    pass"),
    (hidden_errors, "try:\n    x()\nexcept:\n    y()"),
    (hidden_errors, "try:\n    x()\nexcept (ValueError, BaseException):\n    y()"),
    (misplaced_errors, "class A(DomainError):\n    code = 'a'\n    message_ar = 'b'"),
    (page_caches, "stored = decorators.cache_page(3)"),
    (page_caches, "cached = cache_page(60)(view)"),
    (page_caches, "MIDDLEWARE = ['django.middleware.cache.UpdateCacheMiddleware']"),
]


@pytest.mark.parametrize(("rule", "code"), CAUGHT)
def test_breach_caught(rule, code):
    assert len(rule(Source("catalog/services/sample.py", code))) == 1


def test_broad_except_in_a_listed_place_caught_without_its_comment():
    code = "def _attempt():\n    try:\n        x()\n    except Exception:{}\n        y()"
    path = "core/events/relay.py"
    assert hidden_errors(Source(path, code.format("  # it is kept"))) == []
    assert len(hidden_errors(Source(path, code.format("")))) == 1


def test_django_signals_caught_in_core_too():
    code = "from django.db.models.signals import post_save"
    assert len(signals(Source("core/sample.py", code))) == 1


KEPT = [
    (signals, "core/celery_context.py", "from celery.signals import task_prerun"),
    (signals, "config/launch/valkey.py", "connection.connect(path)"),
    (tasks_before_commit, "catalog/a.py", "transaction.on_commit(lambda: push.delay(1))"),
    (tasks_before_commit, "catalog/a.py", "on_commit(partial(push.apply_async, args=[1]))"),
    (tasks_before_commit, "core/background.py", "current_app.send_task(name, retry=False)"),
    (unexplained_imports, "catalog/a.py", "import os"),
    (
        unexplained_imports,
        "catalog/a.py",
        "def f():\n    import os  # noqa: PLC0415  (that module imports this one)",
    ),
    (unexplained_imports, "a.py", "def f():\n    # Not on every machine.\n    import os"),
    (
        unexplained_imports,
        "a.py",
        "def f():\n    import os  # noqa: PLC0415  (made late)\n    import re  # noqa: PLC0415",
    ),
    (hidden_errors, "catalog/a.py", "try:\n    x()\nexcept BaseException:\n    y()\n    raise"),
    (hidden_errors, "catalog/a.py", "try:\n    x()\nexcept ValueError:\n    y()"),
    (page_caches, "core/caching.py", "cache_page(60)"),
    (misplaced_errors, "catalog/errors.py", "class A:\n    code = 'a'\n    message_ar = 'b'"),
]


@pytest.mark.parametrize(("rule", "path", "code"), KEPT)
def test_right_way_left_alone(rule, path, code):
    assert rule(Source(path, code)) == []


@pytest.mark.parametrize("listed", sorted({*CONNECTIONS, *SENDERS, PAGE_CACHE}))
def test_listed_file_is_still_there(listed):
    assert listed in {source.path for source in product_sources()}
