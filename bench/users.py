"""A load of people: many users, each on a connection of their own, who pause between requests.

Run as a module with a plan as one line of JSON on standard input. The users arrive one after
another; when all are there and have asked something it prints "warm" and measures, then prints
"measured", waits for what is under way, and prints its result as one line of JSON. Standard library
only.
"""

from __future__ import annotations

import heapq
import json
import random
import re
import resource
import selectors
import sys
import time
from collections import Counter, defaultdict, deque
from typing import Any

from bench.load import Client, LoadFailedError
from bench.steps import NO_ANSWER, READ_AGAIN, ROUNDS, Caller, Requests, Step, tasks

_TAG = re.compile(rb"\r\netag: *(\S+)", re.IGNORECASE)
#: Of one change, each after the record was read again, until it counts as failed.
_TRIES = 5
_CONFLICT = 412
#: No answer for so long: the user closes the connection and comes back later.
_PATIENCE_SECONDS = 60.0
_SHOWN = 5
_SHOWN_BYTES = 600
_DRAINING_SECONDS = 0.1
_OTHER_FILES = 64


class Tally:
    """What was answered: counts of all of it, latencies in seconds of what was measured."""

    def __init__(self) -> None:
        self.statuses: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.latencies: defaultdict[str, list[float]] = defaultdict(list)
        self.kinds: dict[str, str] = {}
        self.failures = 0
        #: Changes refused because somebody else had changed the record, and those of them that
        #: went through after it was read again.
        self.conflicts = 0
        self.settled = 0
        self.refused: list[str] = []

    def count(self, step: Step, status: int, latency: float, *, is_measured: bool) -> None:
        """Count an answer."""
        self.statuses[step.name][status] += 1
        self.kinds[step.name] = step.kind
        if is_measured:
            self.latencies[step.name].append(latency)

    def lose(self, step: Step, reason: str) -> None:
        """Count a request that got no answer."""
        self.statuses[step.name][NO_ANSWER] += 1
        self.kinds[step.name] = step.kind
        self.fail(step, reason)

    def fail(self, step: Step, text: str) -> None:
        """Count a failure, and keep the first few texts."""
        self.failures += 1
        if len(self.refused) < _SHOWN:
            self.refused.append(f"{step.name}: {text}")


class User:
    """One person: what they do next, and what became of what they did."""

    def __init__(self, plan: dict[str, Any], number: int) -> None:
        source = random.Random(f"{plan['seed']} {number}")
        callers = plan["callers"]
        self._requests = Requests(
            caller=Caller(**callers[number % len(callers)]),
            locations=plan["locations"],
            words=plan["words"],
            source=source,
            name=f"{plan['run']}-{number}",
        )
        self._tasks = tasks(ROUNDS[plan["round"]], source)
        self._task: deque[Step] = deque()
        self._tries = 0
        self._source = source
        self._pauses = plan["pauses"]
        self.due = 0.0

    @property
    def step(self) -> Step:
        """What the user is about to do, or waits for."""
        return self._task[0]

    def pause(self) -> float:
        """Seconds until the next request."""
        shortest, longest = self._pauses
        return self._source.uniform(shortest, longest)

    def next_request(self) -> bytes:
        """The next step's request."""
        if not self._task:
            self._task.extend(next(self._tasks))
        return self._requests.of(self.step)

    def take(self, status: int, tag: str, text: str, tally: Tally) -> bool:
        """Take an answer; whether the user goes on at once, having met somebody else's change."""
        if status == _CONFLICT and self._tries < _TRIES:
            tally.conflicts += self._tries == 0
            self._tries += 1
            self._task.appendleft(READ_AGAIN)
            return True
        if status != self.step.expected:
            tally.fail(self.step, text)
            self.give_up()
            return False
        self._requests.take_tag(tag)
        if self._task.popleft() == READ_AGAIN:
            return True
        tally.settled += self._tries > 0
        self._tries = 0
        return False

    def give_up(self) -> None:
        """Leave the task: without what was read nothing can be changed."""
        self._task.clear()
        self._tries = 0


class Crowd:
    """All users and the clock that they act by."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._address = plan["host"], plan["port"]
        self._seconds = plan["seconds"]
        self._arrivals_a_second = plan["arrivals_a_second"]
        self._longest_pause = plan["pauses"][1]
        self._users = [User(plan, number) for number in range(plan["users"])]
        self._clients: list[Client | None] = [None] * len(self._users)
        self._selector = selectors.DefaultSelector()
        self._due: list[tuple[float, int]] = []
        #: Who waits for an answer, the longest first, and whether it will be measured.
        self._waiting: dict[int, bool] = {}
        self._is_measuring = False
        self.tally = Tally()
        #: How long after their time requests were sent, in seconds: the generator was busy.
        self.late: list[float] = []
        self.cpu_seconds = 0.0

    def run(self) -> None:
        """Let the users arrive, measure, and see the last answers in."""
        began = time.perf_counter()
        for number, user in enumerate(self._users):
            arrival = began + number / self._arrivals_a_second
            heapq.heappush(self._due, (arrival + user.pause(), number))
        measured_from = began + len(self._users) / self._arrivals_a_second + self._longest_pause
        self._go_on(until=measured_from)
        print("warm", flush=True)
        self._is_measuring, cpu = True, time.process_time()
        self._go_on(until=measured_from + self._seconds)
        self._is_measuring, self.cpu_seconds = False, time.process_time() - cpu
        print("measured", flush=True)
        self._due.clear()
        while self._waiting:
            self._look(_DRAINING_SECONDS)

    def _go_on(self, until: float) -> None:
        """Send what is due and take what arrives."""
        while (now := time.perf_counter()) < until:
            while self._due and self._due[0][0] <= now:
                due, number = heapq.heappop(self._due)
                self._act(number)
                if self._is_measuring:
                    self.late.append(time.perf_counter() - due)
            following = self._due[0][0] if self._due else until
            self._look(min(following, until) - time.perf_counter())

    def _look(self, seconds: float) -> None:
        """Take what arrives within the time; give up on what does not come at all."""
        for key, _ in self._selector.select(max(0.0, seconds)):
            self._receive(key.data)
        while self._waiting:
            number = next(iter(self._waiting))
            client = self._clients[number]
            assert client is not None
            if time.perf_counter() - client.sent_at < _PATIENCE_SECONDS:
                return
            self._lose(number, f"no answer for {_PATIENCE_SECONDS:.0f} s")

    def _act(self, number: int) -> None:
        """Send the user's next request, over a new connection when there is none."""
        request = self._users[number].next_request()
        try:
            client = self._clients[number]
            if client is None:
                client = self._clients[number] = Client(*self._address)
                self._selector.register(client.socket, selectors.EVENT_READ, number)
            self._waiting[number] = self._is_measuring
            client.send(request)
        except OSError as error:
            self._lose(number, str(error))

    def _receive(self, number: int) -> None:
        client = self._clients[number]
        if client is None:
            return
        try:
            if not client.receive():
                return
        except (OSError, LoadFailedError) as error:
            if number in self._waiting:
                self._lose(number, str(error))
            else:
                # Between two requests a server may close; the next one opens another.
                self._disconnect(number)
            return
        latency = time.perf_counter() - client.sent_at
        is_measured = self._waiting.pop(number)
        user = self._users[number]
        self.tally.count(user.step, client.status, latency, is_measured=is_measured)
        tag = _TAG.search(client.buffer)
        text = client.buffer[:_SHOWN_BYTES].decode("utf-8", "replace")
        if user.take(client.status, tag[1].decode() if tag else "", text, self.tally):
            self._act(number)
        else:
            self._wake_later(number)

    def _lose(self, number: int, reason: str) -> None:
        """Count what came to nothing; the user comes back with a new connection."""
        self._disconnect(number)
        self._waiting.pop(number, None)
        user = self._users[number]
        self.tally.lose(user.step, reason)
        user.give_up()
        self._wake_later(number)

    def _disconnect(self, number: int) -> None:
        client, self._clients[number] = self._clients[number], None
        if client is not None:
            self._selector.unregister(client.socket)
            client.socket.close()

    def _wake_later(self, number: int) -> None:
        due = time.perf_counter() + self._users[number].pause()
        heapq.heappush(self._due, (due, number))


def _allow_files(wanted: int) -> None:
    """Let this process open so many files, as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def main() -> int:
    """Carry out the plan on standard input."""
    plan = json.loads(sys.stdin.readline())
    _allow_files(plan["users"] + _OTHER_FILES)
    crowd = Crowd(plan)
    crowd.run()
    tally = crowd.tally
    print(
        json.dumps(
            {
                "seconds": plan["seconds"],
                "statuses": {step: dict(codes) for step, codes in tally.statuses.items()},
                "latencies": {step: sorted(found) for step, found in tally.latencies.items()},
                "kinds": tally.kinds,
                "failures": tally.failures,
                "conflicts": tally.conflicts,
                "settled": tally.settled,
                "refused": tally.refused,
                "late": sorted(crowd.late),
                "client_cpu_seconds": crowd.cpu_seconds,
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
