"""The admin's base, and the pages of the core's own records."""

from core.admin import events, groups, jobs, schedules, users

__all__ = ["events", "groups", "jobs", "schedules", "users"]
