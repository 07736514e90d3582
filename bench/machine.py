"""What a result depends on besides the code: the machine and the versions."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from bench.servers import baseline_parser
from bench.services import Services

_PACKAGES = (
    *("django", "djangorestframework", "granian", "psycopg", "orjson", "django-redis", "redis"),
    *("fastapi", "pydantic", "sqlalchemy", "asyncpg", "uvicorn", "uvloop"),
)


def describe(services: Services) -> dict[str, object]:
    """Processor, system, Python, services and packages."""
    with services.connect() as connection:
        row = connection.execute("SHOW server_version").fetchone()
        durable = connection.execute("SHOW fsync").fetchone()
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "postgresql": row[0] if row else "",
        "postgresql_fsync": durable[0] if durable else "",
        "packages": {name: version(name) for name in _PACKAGES},
        "baseline_http_parser": baseline_parser(),
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
