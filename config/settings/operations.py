"""What counts as slow."""

from .base import BASE_DIR
from .environment import env

SLOW_REQUEST_MS: int = env.int("TRADEPOST_SLOW_REQUEST_MS", 1_000)
SLOW_QUERY_MS: int = env.int("TRADEPOST_SLOW_QUERY_MS", 200)

# Where `up` keeps what it stores; the readiness address watches the disk below it.
DATA_FOLDER: str = env.str("TRADEPOST_DATA_DIR", "") or str(BASE_DIR)
