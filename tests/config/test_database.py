"""Connections: time limits by the kind of process, a bounded pool in web processes, forks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from config.settings.database import kind_of_process
from tests.concurrency.processes import ROOT, database_url

START = "import django; django.setup()\nfrom django.db import connection, connections\n"


@pytest.fixture
def database(django_db_setup: None) -> str:
    """The name of the run's database, which nothing here writes to."""
    name: str = settings.DATABASES["default"]["NAME"]
    return name


def printed(code: str, database: str, *, before: str = "", **variables: str) -> list[str]:
    """What `code` prints in a process of its own, line by line."""
    finished = subprocess.run(
        [sys.executable, "-c", before + START + code],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(database),
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines()


@pytest.mark.parametrize(
    ("argv", "kind"),
    [
        (["/venv/lib/python3.11/site-packages/celery/__main__.py", "-A", "x", "beat"], "worker"),
        (["/venv/bin/celery", "worker"], "worker"),
        (["manage.py", "migrate", "core"], "migrate"),
        (["manage.py", "prepare_installation"], "migrate"),
        (["manage.py", "verify_events", "migrate"], "command"),
        (["manage.py"], "command"),
    ],
)
def test_kind_of_process_told_from_its_command_line(argv, kind):
    assert kind_of_process(argv) == kind


LIMITS = """
with connection.cursor() as cursor:
    for name in ("statement", "lock", "idle_in_transaction_session"):
        cursor.execute(f"SHOW {name}_timeout")
        print(cursor.fetchone()[0])
print(connection.pool is not None, connection.settings_dict["CONN_MAX_AGE"])
"""


def test_web_processes_have_short_limits_and_a_pool(database):
    assert printed(LIMITS, database, before="import config.wsgi\n") == [
        "15s",
        "5s",
        "1min",
        "True 0",
    ]


@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        ("worker", ["1min", "15s", "10min", "False 600"]),
        ("migrate", ["0", "0", "0", "False 600"]),
    ],
)
def test_time_limits_by_kind_of_process(kind, limits, database):
    assert printed(LIMITS, database, TRADEPOST_PROCESS=kind) == limits


def test_time_limits_and_pool_from_the_environment(database):
    assert printed(
        LIMITS,
        database,
        TRADEPOST_PROCESS="web",
        TRADEPOST_STATEMENT_TIMEOUT_MS="7000",
        TRADEPOST_LOCK_TIMEOUT_MS="0",
        TRADEPOST_IDLE_TRANSACTION_TIMEOUT_MS="9000",
        TRADEPOST_DB_POOL_MAX="0",
    ) == ["7s", "0", "9s", "False 600"]


POOL = """
import json, threading
import psycopg
from concurrent.futures import ThreadPoolExecutor
from core.api.errors import as_domain_error

def pid():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() FROM pg_sleep(0.02)")
        return cursor.fetchone()[0]

def one_request(number):
    found = pid()
    connection.close()
    return found

with ThreadPoolExecutor(5) as threads:
    shared = len(set(threads.map(one_request, range(20))))
stats = connection.pool.get_stats()

first = pid()
connection.close()
names = {"dbname", "user", "host", "port", "password"}
parts = {k: v for k, v in connection.get_connection_params().items() if k in names}
with psycopg.connect(**parts) as session:
    session.execute("SELECT pg_terminate_backend(%s)", [first])
replaced = pid() != first
second = connections.create_connection("default")
second.ensure_connection()

def come_late():
    try:
        pid()
    except Exception as error:
        late.append([type(error).__name__, as_domain_error(error).code])

late = []
thread = threading.Thread(target=come_late)
thread.start()
thread.join()
second.close()
connection.close()
connection.close_pool()
print(json.dumps({"shared": shared, "size": [stats["pool_size"], stats["pool_available"]],
                  "replaced": replaced, "late": late}))
"""


@pytest.fixture(scope="module")
def pooled(django_db_setup: None) -> dict[str, Any]:
    """What a web process with at most two connections saw."""
    name = settings.DATABASES["default"]["NAME"]
    [told] = printed(POOL, name, TRADEPOST_PROCESS="web", TRADEPOST_DB_POOL_MAX="2")
    found: dict[str, Any] = json.loads(told)
    return found


def test_threads_of_a_web_process_share_two_connections(pooled):
    assert (pooled["shared"], pooled["size"]) == (2, [2, 2])


def test_ended_session_in_the_pool_is_replaced_before_it_is_used(pooled):
    assert pooled["replaced"] is True


def test_no_free_connection_is_a_lost_dependency(pooled):
    assert pooled["late"] == [["OperationalError", "dependency_down"]]


FORK = """
import os
def pid():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]
mine = pid()
reading, writing = os.pipe()
child = os.fork()
if not child:
    told = str(pid())
    connection.close(); connection.close_pool()
    os.write(writing, told.encode())
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
theirs = int(os.read(reading, 20))
print(theirs != mine, pid() == mine)
connection.close(); connection.close_pool()
"""


def test_forked_child_has_a_pool_of_its_own_and_leaves_the_parents_alone(database):
    assert printed(FORK, database, TRADEPOST_PROCESS="web") == ["True True"]
