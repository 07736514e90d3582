"""Gives every pytest-xdist worker its own pair of Valkey databases, before settings are read.

pytest loads this by `-p` (see pyproject.toml): a conftest would come too late. PostgreSQL needs
nothing of the kind: pytest-django names each worker's database for itself.
"""

from __future__ import annotations

import os

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if WORKER:
    os.environ["TRADEPOST_REDIS_FIRST_DATABASE"] = str(3 + 2 * int(WORKER.removeprefix("gw")))
