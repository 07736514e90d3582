"""Who may import whom: the contracts of `.importlinter`, and that each one bites."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, Source, imported_modules, product_sources

#: Imports from outside the standard library that the launcher may make, inside the environment.
LAUNCH_IMPORTS = {
    "config/launch/commands.py": {"django"},
    "config/launch/connection_probe.py": {"dj_database_url", "psycopg", "redis"},
}
PRODUCT = {"config", "integrations", "marketing", "catalog", "settings_modules", "core"}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter's verdict on the packages in `folder` by this project's contracts."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from importlinter.cli import lint_imports;"
            " sys.path.insert(0, '.'); sys.exit(lint_imports(config_filename=sys.argv[1],"
            " cache_dir=None))",
            str(ROOT / ".importlinter"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "PATH": "", "NO_COLOR": "1"},
    )


def test_contracts_kept():
    verdict = lint_imports(ROOT)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert "Contracts: 6 kept, 0 broken." in verdict.stdout


MODULES = [
    "config.urls",
    "config.admin_site",
    "integrations.zoho.client",
    "integrations.zoho.sandbox.world",
    "catalog.models",
    "catalog.errors",
    "catalog.selectors.products",
    "catalog.services.orders",
    "catalog.subscribers",
    "catalog.admin.products",
    "catalog.api.views",
    "catalog.tasks",
    "settings_modules.commodities.models",
    "settings_modules.locations.models",
    "settings_modules.organizations.models",
    "settings_modules.partners.models",
    "core.http",
    "core.admin.base",
    "core.api.errors",
    "core.management",
    "core.errors",
]


@pytest.fixture
def outline(tmp_path: Path) -> Path:
    """A tree with the packages that the contracts speak of, every module empty."""
    for module in MODULES:
        path = tmp_path.joinpath(*module.split("."))
        for folder in [path, *path.parents]:
            if folder == tmp_path:
                break
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "__init__.py").touch()
    return tmp_path


def test_contracts_kept_by_an_outline_without_imports(outline):
    assert "Contracts: 6 kept, 0 broken." in lint_imports(outline).stdout


BREACHES = [
    ("core.errors", "import catalog.models", "packages import downwards only"),
    ("catalog.models", "import integrations.zoho.client", "packages import downwards only"),
    ("integrations.zoho.client", "import config.urls", "packages import downwards only"),
    (
        "settings_modules.locations.models",
        "import settings_modules.organizations.models",
        "packages import downwards only",
    ),
    (
        "settings_modules.organizations.models",
        "import settings_modules.partners.models",
        "packages import downwards only",
    ),
    ("catalog.models", "import catalog.services.orders", "inside an application"),
    ("catalog.selectors.products", "import catalog.services.orders", "inside an application"),
    ("catalog.services.orders", "import catalog.api.views", "inside an application"),
    ("catalog.services.orders", "import catalog.subscribers", "inside an application"),
    ("catalog.admin.products", "import catalog.api.views", "inside an application"),
    ("catalog.api.views", "import catalog.tasks", "inside an application"),
    ("catalog.errors", "import catalog.models", "inside an application"),
    ("core.admin.base", "import core.api.errors", "the doors of core"),
    ("catalog.services.orders", "import httpx2", "only core.http speaks HTTP"),
    ("integrations.zoho.client", "import httpx2", "only core.http speaks HTTP"),
    ("core.http", "import requests", "only core.http speaks HTTP"),
    ("catalog.admin.products", "import unfold.admin", "only core.admin knows"),
    ("config.urls", "import unfold.sites", "only core.admin knows"),
    ("integrations.zoho.sandbox.world", "import core.errors", "the Zoho sandbox"),
    ("integrations.zoho.sandbox.world", "import django.db", "the Zoho sandbox"),
]


@pytest.mark.parametrize(("module", "statement", "contract"), BREACHES)
def test_contract_broken_by_one_import(outline, module, statement, contract):
    (outline.joinpath(*module.split(".")) / "__init__.py").write_text(statement + "\n")
    verdict = lint_imports(outline)
    broken = [line for line in verdict.stdout.splitlines() if line.endswith("BROKEN")]
    assert verdict.returncode == 1
    assert [line.startswith(contract) for line in broken] == [True]


@pytest.mark.parametrize(
    ("module", "statement"),
    [
        ("core.http", "import httpx2"),
        ("core.admin.base", "import unfold.admin"),
        ("config.admin_site", "import unfold.sites"),
        ("catalog.services.orders", "import settings_modules.partners.models"),
        ("catalog.api.views", "import catalog.services.orders"),
    ],
)
def test_contract_kept_by_the_import_it_allows(outline, module, statement):
    (outline.joinpath(*module.split(".")) / "__init__.py").write_text(statement + "\n")
    assert "Contracts: 6 kept, 0 broken." in lint_imports(outline).stdout


def launch_imports(source: Source) -> list[str]:
    """What the launcher imports beyond the standard library and itself: it runs before both."""
    if not source.is_under("config/launch"):
        return []
    allowed = LAUNCH_IMPORTS.get(source.path, set()) | set(sys.stdlib_module_names)
    return [
        f"{source.place(node)} imports {module}"
        for node in source.nodes(ast.Import, ast.ImportFrom)
        for module in imported_modules(node, source.path)
        if module.split(".")[0] not in allowed and not module.startswith("config.launch")
    ]


def sandbox_imports(source: Source) -> list[str]:
    """What the sandbox imports of the product: it stands for a stranger's service."""
    if not source.is_under("integrations/zoho/sandbox"):
        return []
    return [
        f"{source.place(node)} imports {module}"
        for node in source.nodes(ast.Import, ast.ImportFrom)
        for module in imported_modules(node, source.path)
        if module.split(".")[0] in PRODUCT and not module.startswith("integrations.zoho.sandbox")
    ]


@pytest.mark.parametrize("rule", [launch_imports, sandbox_imports])
def test_strangers_stay_strangers(rule):
    assert [place for source in product_sources() for place in rule(source)] == []


@pytest.mark.parametrize(
    ("rule", "path", "statement", "caught"),
    [
        (launch_imports, "config/launch/up.py", "import django", 1),
        (launch_imports, "config/launch/up.py", "def f():\n    import structlog", 1),
        (launch_imports, "config/launch/up.py", "from config.settings import base", 1),
        (launch_imports, "config/launch/up.py", "from ..settings import base", 1),
        (launch_imports, "config/launch/up.py", "import os\nfrom config.launch import a", 0),
        (launch_imports, "config/launch/commands.py", "import django.core", 0),
        (launch_imports, "config/urls.py", "import django", 0),
        (sandbox_imports, "integrations/zoho/sandbox/world.py", "import core.http", 1),
        (sandbox_imports, "integrations/zoho/sandbox/world.py", "from ..client import x", 1),
        (sandbox_imports, "integrations/zoho/sandbox/world.py", "from .store import x", 0),
        (sandbox_imports, "integrations/zoho/client.py", "import core.http", 0),
    ],
)
def test_strange_import_caught(rule, path, statement, caught):
    assert len(rule(Source(path, statement))) == caught
