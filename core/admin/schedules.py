"""What runs when."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_celery_beat.admin import PeriodicTaskForm
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from core.admin.base import BaseAdmin, Values, action
from core.admin.widgets import Select, TextInput
from core.jobs.schedules import delete_schedule, enable_task, save_schedule

for _model in (PeriodicTask, ClockedSchedule, CrontabSchedule, IntervalSchedule, SolarSchedule):
    admin.site.unregister(_model)


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
    list_display = ("name", "enabled", "interval", "crontab", "last_run_at", "total_run_count")
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

    list_display = ("__str__", "every", "period")
    search_fields = ("every", "period")
    ordering = ("period", "every")
    fieldsets = ((None, {"fields": ("every", "period")}),)


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
