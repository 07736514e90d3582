"""`manage.py load_demo`: a company that sells, the Zoho sandbox, its first pull queued."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.context import Source, change_context
from integrations.zoho.services.demonstration import NotEmpty, load_demo


class Command(BaseCommand):
    """Only into an empty database; on one that already holds the demonstration it does nothing more
    than follow the sandbox to its new address."""

    help = "Load the demonstration into an empty database."
    NOT_EMPTY = 3

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sandbox-url", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with change_context(source=Source.COMMAND, reason="load_demo"):
                made = load_demo(sandbox_url=options["sandbox_url"])
        except NotEmpty as refusal:
            self.stderr.write(f"tradepost: {refusal}")
            sys.exit(self.NOT_EMPTY)
        self.stdout.write("demonstration loaded" if made else "demonstration was there")
