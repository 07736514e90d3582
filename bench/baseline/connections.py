"""The baseline's connections, from the same two addresses that Tradepost reads."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import redis.asyncio as redis
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from bench.baseline import REDIS_DATABASE

#: Connections of one server process; two servers of two processes fit a small PostgreSQL.
POOL_SIZE = 10


def _connect_arguments() -> dict[str, object]:
    told = conninfo_to_dict(os.environ["DATABASE_URL"])
    names = {"host": "host", "port": "port", "user": "user", "password": "password"}
    found = {name: told[key] for key, name in names.items() if told.get(key)}
    return {**found, "database": told["dbname"]}


engine = create_async_engine(
    "postgresql+asyncpg://",
    connect_args=_connect_arguments(),
    pool_size=POOL_SIZE,
    max_overflow=0,
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
# The default pool raises when it is empty; this one waits.
answers = redis.Redis(
    connection_pool=redis.BlockingConnectionPool.from_url(
        os.environ["REDIS_URL"].split("?")[0], db=REDIS_DATABASE, max_connections=32, timeout=10
    )
)


async def session() -> AsyncIterator[AsyncSession]:
    """One session a request."""
    async with sessions() as opened:
        yield opened
