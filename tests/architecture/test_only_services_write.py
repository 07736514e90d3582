"""Only services write: no other layer calls the ORM's writers or sends writing SQL."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.sources import Source, product_sources

LAYERS = {"api", "admin", "selectors", "management", "models"}
FILES = {"tasks.py", "models.py", "admin.py", "views.py", "selectors.py", "middleware.py"}
WRITERS = {
    "save",
    "create",
    "update",
    "delete",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
    "raw_delete",
    "asave",
    "acreate",
    "aupdate",
    "adelete",
    "abulk_create",
    "abulk_update",
}
WRITING_SQL = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|TRUNCATE|nextval|setval)\b", re.IGNORECASE
)
READING_SQL = re.compile(r"\s*(SELECT|WITH|EXPLAIN|SHOW)\b", re.IGNORECASE)
#: The routing of the admin's saves to services, and what is not the ORM. Path to the reason.
ALLOWED = {
    "core/admin/base.py": "routes Django's save_model and its kin to services",
    "core/identity/models.py": "create_user, which Django's createsuperuser calls on the model",
}


def is_reader(source: Source) -> bool:
    """Whether the file belongs to a layer that must not write."""
    return bool(LAYERS & set(source.parts[:-1])) or source.parts[-1] in FILES


def _texts(node: ast.AST) -> list[str]:
    """Every constant text within `node`."""
    return [
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def _executes_a_write(call: ast.Call, source: Source) -> bool:
    """Whether the SQL is none that reads. Composed SQL reads when no text of the file writes."""
    sql = call.args[0] if call.args else None
    if isinstance(sql, ast.JoinedStr) and isinstance(sql.values[0], ast.FormattedValue):
        return any(WRITING_SQL.search(text) for text in _texts(source.tree))
    if not isinstance(sql, ast.JoinedStr | ast.Constant):
        return True
    return READING_SQL.match(_texts(sql)[0]) is None


def _is_write(call: ast.Call, source: Source) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    name = call.func.attr
    if name in {"execute", "executemany"}:
        return _executes_a_write(call, source)
    if name == "copy":
        return ast.unparse(call.func.value).endswith("cursor")
    return name in WRITERS


def writes(source: Source) -> list[str]:
    """Places in a reading layer that write."""
    if (
        not is_reader(source)
        or source.path in ALLOWED
        or source.is_under("integrations/zoho/sandbox")
    ):
        return []
    return [
        f"{source.place(node)} {ast.unparse(node.func)}"
        for node in source.nodes(ast.Call)
        if _is_write(node, source)
    ]


def test_no_layer_but_services_writes():
    assert [place for source in product_sources() for place in writes(source)] == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("catalog/api/consumer/views.py", "product.save()"),
        ("catalog/api/consumer/views.py", "super().save(*args)"),
        ("catalog/admin/products.py", "Product.objects.filter(pk=1).update(name='x')"),
        ("catalog/admin/products.py", "queryset.delete()"),
        ("catalog/selectors/products.py", "Product.objects.get_or_create(sku='x')"),
        ("catalog/tasks.py", "Product.objects.bulk_create([])"),
        ("catalog/models/products.py", "self.lines.create()"),
        ("catalog/management/commands/seed.py", "cursor.execute('INSERT INTO x VALUES (1)')"),
        ("catalog/management/commands/seed.py", "cursor.execute(f'  delete from {table}')"),
        ("core/events/tasks.py", "cursor.execute(statement)"),
        ("catalog/selectors/a.py", "WHAT = 'delete from x'\ncursor.execute(f'{WHAT} WHERE 1')"),
        ("core/health/views.py", "cursor.copy('COPY x FROM STDIN')"),
    ],
)
def test_write_outside_services_caught(path, code):
    assert len(writes(Source(path, code))) == 1


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("catalog/services/products.py", "product.save()"),
        ("catalog/selectors/products.py", "cursor.execute('SELECT 1')"),
        ("catalog/selectors/a.py", "WHAT = 'SELECT 1'\ncursor.execute(f'{WHAT} FROM x')"),
        ("catalog/api/consumer/views.py", "values.copy()"),
        ("catalog/selectors/products.py", "Product.objects.filter(pk=1)"),
        ("core/admin/base.py", "formset.save(commit=False)"),
    ],
)
def test_reading_and_services_left_alone(path, code):
    assert writes(Source(path, code)) == []
