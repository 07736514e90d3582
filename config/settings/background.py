"""Celery: the queue, its time limits, and the schedule's first entries."""

from .cache import REDIS_FIRST_DATABASE, REDIS_URL
from .environment import env


def broker_url(base: str, number: int) -> str:
    """Celery's spelling of the queue's address: unix sockets are `redis+socket://` there."""
    base = base.partition("?")[0]
    if base.startswith("unix://"):
        return f"redis+socket://{base.removeprefix('unix://')}?virtual_host={number}"
    return f"{base.rstrip('/')}/{number}"


CELERY_BROKER_URL: str = env.str(
    "CELERY_BROKER_URL", broker_url(REDIS_URL, REDIS_FIRST_DATABASE + 1)
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_SOFT_TIME_LIMIT = 1740
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A request that wakes a worker must not wait for a broken queue: beat is the guarantee.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 0.5,
    "socket_connect_timeout": 0.5,
    "visibility_timeout": 3600,
    # Without these a sender tries for six seconds to reach a queue that is down.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
