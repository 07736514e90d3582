"""`manage.py prepare_installation`: migrate, store schedules and roles, make the sign-in."""

from __future__ import annotations

import os
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core.context import Source, change_context
from core.identity.role_groups import update_role_groups
from core.identity.services import ensure_staff
from core.schedules import ensure_schedules
from core.text_search import tells_arabic_letters

_NO_ARABIC = (
    "Warning: this database was made with LC_CTYPE C, in which Arabic has no letters: Arabic names"
    " are searched slowly and similar ones are not found. Make it with LC_CTYPE C.UTF-8."
)


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
        with connection.cursor() as cursor:
            is_arabic_told = tells_arabic_letters(cursor)
        if not is_arabic_told:
            self.stderr.write(self.style.WARNING(_NO_ARABIC))
