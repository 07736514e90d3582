"""Which checkout this is: its folder, its short name, and the key that keeps two of them apart."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def path_key(path: Path, length: int = 8) -> str:
    """The first `length` hex digits of the SHA-256 of an absolute path."""
    return hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:length]


def short_name(root: Path = ROOT) -> str:
    """The checkout's folder name reduced to letters, digits, dot, dash and underscore."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", root.name).strip("-.")[:40] or "tradepost"
