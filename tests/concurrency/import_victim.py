"""A process that works on an import's job, and stops for ever in the midst of a batch."""

from __future__ import annotations

import os
import sys
import time

import django

django.setup()

from core.importing import applying, working  # noqa: E402  (needs the applications)

applying.BATCH = 100


def main() -> None:
    """`job_id` `batch`: print a line inside that batch's transaction, then wait to be ended."""
    job_id, last = sys.argv[1], int(sys.argv[2])
    write, count = applying._write, 0

    def stop_in_the_last(staging, columns, numbers):
        nonlocal count
        write(staging, columns, numbers)
        count += 1
        if count == last:
            print("written", os.getpid(), flush=True)
            time.sleep(120)

    applying._write = stop_in_the_last
    working.run_import_job(job_id=job_id)


if __name__ == "__main__":
    main()
