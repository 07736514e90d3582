"""Write docs/events.md."""

from typing import Any

from django.core.management.base import BaseCommand

from core.documentation import events_page, write_page


class Command(BaseCommand):
    help = "Writes docs/events.md from the declared event types."

    def handle(self, *_: Any, **options: Any) -> None:
        self.stdout.write(f"{write_page('events.md', events_page())}")
