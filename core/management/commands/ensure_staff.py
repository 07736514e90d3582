"""`manage.py ensure_staff`: the first staff sign-in."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.context import Source, change_context
from core.identity.services import ensure_staff


class Command(BaseCommand):
    """The password comes from TRADEPOST_ADMIN_PASSWORD, never from the command line."""

    help = "Make the staff sign-in, or bring its password up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", default="admin@tradepost.local")

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("TRADEPOST_ADMIN_PASSWORD", "")
        if not password:
            raise CommandError("TRADEPOST_ADMIN_PASSWORD is not set")
        with change_context(source=Source.COMMAND, reason="ensure_staff"):
            user, changed = ensure_staff(email=options["email"], password=password)
        self.stdout.write(f"{user.email} {'is ready' if changed else 'was ready'}")
