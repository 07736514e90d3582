"""What is not reconciled with Zoho at the end of a financial year."""

from __future__ import annotations

from django.urls import reverse

from catalog.enums import MirrorState, OrderStatus
from catalog.selectors.year_end import order_list, orders_of_year
from core.jobs.models import JobState
from integrations.zoho.models import Connection
from integrations.zoho.selectors.runs import latest_run
from settings_modules.organizations.closing_checks import Found
from settings_modules.organizations.models import FinancialYear

_NOT_THERE = (MirrorState.NOT_SENT, MirrorState.WAITING, MirrorState.FAILED)
_STANDING = (OrderStatus.CONFIRMED, OrderStatus.SHIPPED)


def orders_not_in_zoho(year: FinancialYear) -> Found:
    """Orders of the year that stand here and have not come to Zoho; none without a connection."""
    lookups = {
        "mirror_state__in": ",".join(state.value for state in _NOT_THERE),
        "status__in": ",".join(status.value for status in _STANDING),
    }
    if not Connection.objects.filter(is_active=True).exists():
        return Found(0)
    count = orders_of_year(year).filter(mirror_state__in=_NOT_THERE, status__in=_STANDING).count()
    return Found(count, order_list(year, **lookups))


def last_pull_that_failed(year: FinancialYear) -> Found:
    """The newest pull, when it failed; asked of the company whose shop the pulls serve."""
    run = latest_run() if year.organization.is_seller else None
    if run is None or run.job.state != JobState.FAILED:
        return Found(0)
    return Found(1, reverse("admin:zoho_syncrun_change", args=[run.pk]))
