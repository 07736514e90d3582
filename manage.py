#!/usr/bin/env python3
"""Tradepost's one door: `up`, `test`, `lint`, `bench`, and every Django command.

Needs nothing but Python 3.11 or newer; the environment in .venv is made on first use.
This file stays readable by old Pythons, so that they can say what they lack.
"""

import os
import sys

OLDEST_PYTHON = (3, 11)


def main() -> int:
    if sys.version_info < OLDEST_PYTHON:
        sys.stderr.write(
            "tradepost: Python {}.{} or newer is needed; this is {} ({})\n".format(
                *OLDEST_PYTHON, sys.version.split()[0], sys.executable
            )
        )
        return 1
    if os.name != "posix":
        sys.stderr.write(
            "tradepost: Linux or macOS is needed; on Windows, run it in the Windows "
            "Subsystem for Linux\n"
        )
        return 1
    # Older Pythons cannot even read it.
    from config.launch.commands import main as launch  # noqa: PLC0415

    return launch(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
