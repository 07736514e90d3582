"""Valkey or Redis: the cache in one numbered database, Celery's queue in the next."""

from urllib.parse import urlsplit

from core.valkey_run import note_server_run

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


# Both caches share django-redis's one pool for the address, so both say how it connects.
_CONNECTIONS = {
    "SOCKET_CONNECT_TIMEOUT": 0.5,
    "SOCKET_TIMEOUT": 0.5,
    "CONNECTION_POOL_KWARGS": {"redis_connect_func": note_server_run},
}

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": database_url(REDIS_URL, REDIS_FIRST_DATABASE),
        "KEY_PREFIX": "tradepost",
        "OPTIONS": {
            **_CONNECTIONS,
            # Reads go on without the cache; the doors that must refuse ask `core.caching`.
            "IGNORE_EXCEPTIONS": True,
        },
    },
    # Counters that must be exact: an unreachable server raises here, and the door answers 503.
    "counters": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": database_url(REDIS_URL, REDIS_FIRST_DATABASE),
        "KEY_PREFIX": "tradepost-counters",
        "OPTIONS": _CONNECTIONS,
    },
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
RATELIMIT_USE_CACHE = "counters"
