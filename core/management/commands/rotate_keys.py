"""`manage.py rotate_keys`: after a new key was put in front of TRADEPOST_FIELD_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core.context import Source, change_context
from core.key_rotation import rotate_keys


class Command(BaseCommand):
    help = "Encrypt every secret again under the first of TRADEPOST_FIELD_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        with change_context(source=Source.COMMAND, reason="rotate_keys"):
            rotated = rotate_keys()
        self.stdout.write(f"{rotated} values encrypted again; the older keys are no longer needed")
