"""Structured logs: one JSON object a line, with the request id on each."""

import logging
from pathlib import Path
from typing import Any

import structlog
from environs import validate

from core.operations.line_files import LineFiles
from core.operations.log_masking import RefusalsInOneLine, json_line, mask_line

from .base import ENVIRONMENT
from .environment import env

_LEVELS = validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
LOG_LEVEL: str = env.str("TRADEPOST_LOG_LEVEL", "INFO", validate=_LEVELS)
# What is printed; where lines are kept as well, `up` prints only what somebody should look at.
STDERR_LEVEL: str = env.str("TRADEPOST_STDERR_LEVEL", LOG_LEVEL, validate=_LEVELS)
# Where every process of this machine keeps its lines for "Find a request"; nowhere when empty.
_DATA: str = env.str("TRADEPOST_DATA_DIR", "")
LOG_LINES_FOLDER: str = env.str(
    "TRADEPOST_LOG_LINES_DIR", str(Path(_DATA) / "logs" / "lines") if _DATA else ""
)
LOG_LINES_MIB: int = env.int("TRADEPOST_LOG_LINES_MIB", 200, validate=validate.Range(min=1))
LOG_LINES_HOURS: int = env.int("TRADEPOST_LOG_LINES_HOURS", 72, validate=validate.Range(min=1))
_shared: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_handlers: dict[str, dict[str, Any]] = {
    "stderr": {
        "class": "logging.StreamHandler",
        "formatter": "lines",
        "filters": ["refusals"],
        "level": STDERR_LEVEL,
    }
}
if LOG_LINES_FOLDER:
    _handlers["kept"] = {
        "class": "logging.StreamHandler",
        "formatter": "lines",
        "filters": ["refusals"],
        "stream": LineFiles(
            Path(LOG_LINES_FOLDER), most_bytes=LOG_LINES_MIB * 1024**2, hours=LOG_LINES_HOURS
        ),
    }
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_line,
                structlog.processors.JSONRenderer(serializer=json_line),
            ],
        }
    },
    "filters": {"refusals": {"()": RefusalsInOneLine}},
    "handlers": _handlers,
    "root": {"handlers": list(_handlers), "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"level": "WARNING"},
        # Our own lines about tasks say more, and with the request's id (core.celery_context).
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "django_redis": {"level": "CRITICAL" if ENVIRONMENT == "test" else "WARNING"},
    },
}
# No line of ours shows thread or process; finding them out for each line costs.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_shared,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
