"""What runs when."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_celery_beat.admin import PeriodicTaskForm
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from core.admin.base import BaseAdmin, Values, action, display
from core.admin.directions import left_to_right
from core.admin.jobs import shown_time
from core.admin.widgets import Select, TextInput
from core.jobs.schedules import delete_schedule, enable_task, save_schedule

for _model in (PeriodicTask, ClockedSchedule, CrontabSchedule, IntervalSchedule, SolarSchedule):
    admin.site.unregister(_model)


_SECONDS = {
    IntervalSchedule.DAYS: 86_400,
    IntervalSchedule.HOURS: 3_600,
    IntervalSchedule.MINUTES: 60,
    IntervalSchedule.SECONDS: 1,
}


def interval_in_words(interval: IntervalSchedule) -> str:
    """The interval in the largest unit that divides it: "every day", "every 15 minutes"."""
    if interval.period not in _SECONDS:
        return str(interval)
    seconds = interval.every * _SECONDS[interval.period]
    if seconds % 86_400 == 0:
        count = seconds // 86_400
        return ngettext("every day", "every %(count)d days", count) % {"count": count}
    if seconds % 3_600 == 0:
        count = seconds // 3_600
        return ngettext("every hour", "every %(count)d hours", count) % {"count": count}
    if seconds % 60 == 0:
        count = seconds // 60
        return ngettext("every minute", "every %(count)d minutes", count) % {"count": count}
    return ngettext("every second", "every %(count)d seconds", seconds) % {"count": seconds}


class ScheduledTaskForm(PeriodicTaskForm):
    """The library's form in the look of the admin."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "regtask" in self.fields:
            known = self.fields["regtask"]
            known.widget = Select(choices=known.widget.choices)
            known.label = _("Known task")
            self.fields["task"].widget = TextInput()
            self.fields["task"].label = _("Other task")


class ScheduleAdmin(BaseAdmin):
    """Whatever belongs to the schedule is stored by the same services."""

    def create_row(self, obj: Any, values: Values) -> Any:
        return save_schedule(row=obj)

    def update_row(self, obj: Any, values: Values) -> None:
        save_schedule(row=obj)

    def delete_row(self, obj: Any) -> None:
        delete_schedule(row=obj)


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ScheduleAdmin):
    """Entries of the schedule."""

    form = ScheduledTaskForm
    list_display = ("name", "enabled", "rhythm", "shown_last_run", "shown_runs")
    list_filter = ("enabled",)
    list_select_related = ("interval", "crontab", "solar", "clocked")
    search_fields = ("name", "task")
    ordering = ("name",)
    actions = ("switch_on", "switch_off")
    readonly_fields = ("last_run_at", "total_run_count")
    fieldsets = (
        (None, {"fields": ("name", "regtask", "task", "enabled", "description")}),
        (
            _("Rhythm"),
            {"fields": ("interval", "crontab", "start_time", "expires", "expire_seconds")},
        ),
        (_("Arguments"), {"fields": ("args", "kwargs", "queue")}),
        (_("Runs"), {"fields": ("last_run_at", "total_run_count")}),
    )
    empty_text = _("Add what is to run by itself, and how often.")

    @display(description=_("rhythm"))
    def rhythm(self, obj: PeriodicTask) -> str:
        if obj.interval is not None:
            return interval_in_words(obj.interval)
        return left_to_right(obj.crontab or obj.solar or obj.clocked)

    @display(description=_("last run"), ordering="last_run_at")
    def shown_last_run(self, obj: PeriodicTask) -> str:
        return shown_time(obj.last_run_at)

    @display(description=_("runs"), ordering="total_run_count")
    def shown_runs(self, obj: PeriodicTask) -> int:
        return obj.total_run_count

    @action(description=_("Switch on"), permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        self.for_each(
            request,
            queryset,
            lambda row: enable_task(task=row, is_enabled=True),
            _("“%(row)s” is on."),
        )

    @action(description=_("Switch off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        self.for_each(
            request,
            queryset,
            lambda row: enable_task(task=row, is_enabled=False),
            _("“%(row)s” is off."),
        )


@admin.register(IntervalSchedule)
class IntervalScheduleAdmin(ScheduleAdmin):
    """Every so many seconds, minutes, hours."""

    list_display = ("shown_interval", "every", "period")
    search_fields = ("every", "period")
    ordering = ("period", "every")
    fieldsets = ((None, {"fields": ("every", "period")}),)

    @display(description=_("interval"))
    def shown_interval(self, obj: IntervalSchedule) -> str:
        return interval_in_words(obj)


@admin.register(CrontabSchedule)
class CrontabScheduleAdmin(ScheduleAdmin):
    """At set minutes, hours and days."""

    list_display = ("__str__", "minute", "hour", "day_of_week", "timezone")
    search_fields = ("minute", "hour", "day_of_week", "day_of_month", "month_of_year")
    ordering = ("hour", "minute")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "minute",
                    "hour",
                    "day_of_week",
                    "day_of_month",
                    "month_of_year",
                    "timezone",
                )
            },
        ),
    )
