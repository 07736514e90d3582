"""`manage.py update_roles`: give the groups of the declared roles their permissions."""

from typing import Any

from django.core.management.base import BaseCommand

from core.context import Source, change_context
from core.identity.role_groups import update_role_groups


class Command(BaseCommand):
    help = "Brings the groups of the declared roles up to date; safe to repeat."

    def handle(self, *_: Any, **options: Any) -> None:
        with change_context(source=Source.COMMAND, reason="update_roles"):
            changed = update_role_groups()
        self.stdout.write(f"{len(changed)} roles changed")
