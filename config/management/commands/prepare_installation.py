"""`manage.py prepare_installation`: migrate, store schedules and roles, make the sign-in."""

from __future__ import annotations

import os
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from core.context import Source, change_context
from core.identity.role_groups import update_role_groups
from core.identity.services import ensure_staff
from core.schedules import ensure_schedules


class Command(BaseCommand):
    """Safe to repeat at every start. Reads TRADEPOST_ADMIN_EMAIL and TRADEPOST_ADMIN_PASSWORD."""

    help = "Bring the database up to date and make what every installation needs."

    def handle(self, *args: Any, **options: Any) -> None:
        email = os.environ.get("TRADEPOST_ADMIN_EMAIL", "admin@tradepost.example")
        password = os.environ.get("TRADEPOST_ADMIN_PASSWORD", "")
        if not password:
            raise CommandError("TRADEPOST_ADMIN_PASSWORD is not set")
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        with change_context(source=Source.COMMAND, reason="prepare_installation"):
            schedules = ensure_schedules()
            roles = update_role_groups()
            user, _ = ensure_staff(email=email, password=password)
        self.stdout.write(
            f"{len(schedules)} schedules added, {len(roles)} roles changed,"
            f" {user.email} may sign in"
        )
