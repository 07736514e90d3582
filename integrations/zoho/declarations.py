"""What the Zoho integration declares: events, jobs, checks, whom it hears, and its clock."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from core.erasure import declare_working_texts
from core.events.registry import subscribe
from core.events.row_events import declare_row_events
from core.jobs.registry import declare_job_kind
from core.schedules import declare_schedule
from integrations.zoho.models import OrderPush, SyncKind, SyncRun
from integrations.zoho.selectors.year_end import last_pull_that_failed, orders_not_in_zoho
from integrations.zoho.services import erasure
from integrations.zoho.services.order_push import queue_order_push
from integrations.zoho.services.sync_runs import JOB_PREFIX, repeat_sync, start_sync_job
from settings_modules.organizations.closing_checks import declare_closing_check
from settings_modules.partners.services.erasure import declare_erasure_check

_JOBS = {
    SyncKind.FULL: _("Zoho: everything"),
    SyncKind.ITEMS: _("Zoho: changed products"),
    SyncKind.STOCK: _("Zoho: stock"),
    SyncKind.PRICES: _("Zoho: prices"),
}
_CLOCK = (
    ("Send orders to Zoho", "zoho.push_orders", 15),
    ("Resume Zoho pulls", "zoho.resume_syncs", 30),
    ("Pull changed products", "zoho.sync_items", 10 * 60),
    ("Pull stock", "zoho.sync_stock", 15 * 60),
    ("Pull prices", "zoho.sync_prices", 6 * 60 * 60),
    ("Pull everything", "zoho.sync_full", 24 * 60 * 60),
)


def declare() -> None:
    """Add all of it to the registries."""
    declare_row_events("zoho_connection", meaning="A connection to Zoho")
    declare_working_texts(OrderPush, "last_error")
    declare_working_texts(SyncRun, "errors")
    declare_erasure_check("zoho.sending", erasure.refuse_while_sending)
    declare_closing_check("orders_not_in_zoho", _("Orders not taken by Zoho"), orders_not_in_zoho)
    declare_closing_check(
        "last_pull_failed", _("Last synchronisation with Zoho failed"), last_pull_that_failed
    )
    subscribe("zoho.erase_push_errors", ["partner.erased"], erasure.erase_push_errors, prompt=True)
    subscribe("zoho.queue_order_push", ["order.placed", "order.cancelled"], queue_order_push)
    for kind, label in _JOBS.items():
        declare_job_kind(
            f"{JOB_PREFIX}{kind.value}",
            label=label,
            permission="zoho.add_syncrun",
            start=repeat_sync,
            start_new=partial(start_sync_job, kind),
        )
    for name, task, every_seconds in _CLOCK:
        declare_schedule(name=name, task=task, every_seconds=every_seconds)
