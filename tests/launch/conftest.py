"""Folders that PostgreSQL's account can reach, and checkouts in them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.launch.checkout import Checkout, lay_out


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder that every account may pass through (pytest's own is closed)."""
    folder = Path(tempfile.mkdtemp(prefix="tradepost-launch-", dir="/tmp")).resolve()
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def bare_checkout(open_folder: Path) -> Checkout:
    """A checkout without an environment."""
    return lay_out(open_folder / "checkout")


@pytest.fixture
def checkout(bare_checkout: Checkout) -> Checkout:
    """A checkout with a current environment."""
    bare_checkout.fill_environment()
    return bare_checkout
