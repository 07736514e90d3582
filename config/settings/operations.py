"""What counts as slow."""

from .environment import env

SLOW_REQUEST_MS: int = env.int("TRADEPOST_SLOW_REQUEST_MS", 1_000)
SLOW_QUERY_MS: int = env.int("TRADEPOST_SLOW_QUERY_MS", 200)
