"""Write docs/roles.md."""

from typing import Any

from django.core.management.base import BaseCommand

from core.documentation import roles_page, write_page


class Command(BaseCommand):
    help = "Writes docs/roles.md from the declared roles."

    def handle(self, *_: Any, **options: Any) -> None:
        self.stdout.write(f"{write_page('roles.md', roles_page())}")
