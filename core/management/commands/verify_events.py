"""`manage.py verify_events`: whether anybody altered the record behind its guards."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.events.verification import (
    StreamVerdict,
    detached_partitions,
    in_words,
    verify_detached,
    verify_streams,
)


class Command(BaseCommand):
    help = "Recompute every stream's hash chain; name the first broken row of each, then exit 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stream", metavar="TYPE:ID", help="this stream only")
        parser.add_argument(
            "--detached", action="store_true", help="the months that were detached as well"
        )

    def handle(
        self, *args: Any, stream: str | None = None, detached: bool = False, **options: Any
    ) -> None:
        if stream and detached:
            raise CommandError("--stream and --detached do not go together")
        streams, events, broken = self._told(verify_streams(stream=_parsed(stream or "")))
        if stream and not streams:
            raise CommandError(f"there is no stream {stream}")
        problems = [f"{broken} of {streams} streams are broken"] if broken else []
        if detached:
            problems += self._verify_detached()
        if problems:
            raise CommandError("; ".join(problems))
        self.stdout.write(f"verified: {streams} streams, {events} events")

    def _told(self, verdicts: Iterable[StreamVerdict]) -> tuple[int, int, int]:
        """How many streams and events were read and streams are broken; names the broken rows."""
        streams = events = broken = 0
        for verdict in verdicts:
            streams += 1
            events += verdict.events
            if verdict.broken is not None:
                broken += 1
                self.stderr.write(in_words(verdict))
        return streams, events, broken

    def _verify_detached(self) -> list[str]:
        """What is wrong with the detached months; tells of those that are whole."""
        problems = []
        for partition, is_here in detached_partitions():
            if not is_here:
                problems.append(f"{partition} has an anchor, but is not in the database")
                continue
            streams, events, broken = self._told(verify_detached(partition))
            if broken:
                problems.append(f"{broken} of {streams} streams in {partition} are broken")
            else:
                self.stdout.write(f"verified: {partition}, {streams} streams, {events} events")
        return problems


def _parsed(stream: str) -> tuple[str, str] | None:
    if not stream:
        return None
    stream_type, colon, stream_id = stream.partition(":")
    if not (stream_type and colon and stream_id):
        raise CommandError("--stream takes TYPE:ID, as in product:17")
    return stream_type, stream_id
