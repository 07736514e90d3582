"""Valkey or Redis: the cache in one numbered database, Celery's queue in the next."""

from urllib.parse import urlsplit

from .environment import env

REDIS_URL: str = env.str("REDIS_URL", "redis://127.0.0.1:6379")
# Two databases of the server are ours, from this number on: several installations can share one.
REDIS_FIRST_DATABASE: int = env.int("TRADEPOST_REDIS_FIRST_DATABASE", 1) or 1


def database_url(base: str, number: int) -> str:
    """The address of one numbered database on the server at `base` (redis:// or unix://)."""
    base = base.partition("?")[0]
    if urlsplit(base).scheme == "unix":
        return f"{base}?db={number}"
    return f"{base.rstrip('/')}/{number}"


CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": database_url(REDIS_URL, REDIS_FIRST_DATABASE),
        "KEY_PREFIX": "tradepost",
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 0.5,
            # Reads go on without the cache; the doors that must refuse ask `core.caching`.
            "IGNORE_EXCEPTIONS": True,
        },
    },
    # Counters that must be exact: an unreachable server raises here, and the door answers 503.
    "counters": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": database_url(REDIS_URL, REDIS_FIRST_DATABASE),
        "KEY_PREFIX": "tradepost-counters",
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.5, "SOCKET_TIMEOUT": 0.5},
    },
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
RATELIMIT_USE_CACHE = "counters"
