"""What counts as slow, where numbers for operators are kept, and who may read them."""

import os
from pathlib import Path

from environs import validate

from .base import BASE_DIR
from .environment import env

SLOW_REQUEST_MS: int = env.int("TRADEPOST_SLOW_REQUEST_MS", 1_000)
SLOW_QUERY_MS: int = env.int("TRADEPOST_SLOW_QUERY_MS", 200)

# Where `up` keeps what it stores; the readiness address watches the disk below it.
DATA_FOLDER: str = env.str("TRADEPOST_DATA_DIR", "") or str(BASE_DIR)

# `manage.py serve_metrics` listens here; without a port there is nothing to listen on.
METRICS_HOST: str = env.str("TRADEPOST_METRICS_HOST", "127.0.0.1")
METRICS_PORT: int = (
    env.int("TRADEPOST_METRICS_PORT", 0, validate=validate.Range(0, 65535))
    if os.environ.get("TRADEPOST_METRICS_PORT")
    else 0
)
# Where processes count, each in files of its own; nothing is counted without it. Prometheus' client
# reads its name from the environment when it is imported.
METRICS_FOLDER: str = env.str("TRADEPOST_METRICS_DIR", "")
if METRICS_FOLDER:
    Path(METRICS_FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_FOLDER
