"""`manage.py verify_events`: whether anybody altered the record behind its guards."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.events.verification import StreamVerdict, verify_streams


class Command(BaseCommand):
    help = "Recompute every stream's hash chain; name the first broken row of each, then exit 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stream", metavar="TYPE:ID", help="this stream only")

    def handle(self, *args: Any, stream: str | None = None, **options: Any) -> None:
        streams = events = broken = 0
        for verdict in verify_streams(stream=_parsed(stream) if stream else None):
            streams += 1
            events += verdict.events
            if verdict.broken is not None:
                broken += 1
                self.stderr.write(_in_words(verdict))
        if stream and not streams:
            raise CommandError(f"there is no stream {stream}")
        if broken:
            raise CommandError(f"{broken} of {streams} streams are broken")
        self.stdout.write(f"verified: {streams} streams, {events} events")


def _parsed(stream: str) -> tuple[str, str]:
    stream_type, colon, stream_id = stream.partition(":")
    if not (stream_type and colon and stream_id):
        raise CommandError("--stream takes TYPE:ID, as in product:17")
    return stream_type, stream_id


def _in_words(verdict: StreamVerdict) -> str:
    assert verdict.broken is not None
    broken = verdict.broken
    stream = f"{verdict.stream_type}:{verdict.stream_id}"
    if broken.event_id is None:
        return f"{stream} (no events): {broken.problem}"
    return f"{stream} position {broken.position}, event {broken.event_id}: {broken.problem}"
