"""Write docs/errors.md."""

from typing import Any

from django.core.management.base import BaseCommand

from core.documentation import errors_page, write_page


class Command(BaseCommand):
    help = "Writes docs/errors.md from the declared error codes."

    def handle(self, *_: Any, **options: Any) -> None:
        self.stdout.write(f"{write_page('errors.md', errors_page())}")
