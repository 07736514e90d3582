"""The virtual environment in `.venv/`: made, completed and repaired without being asked."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.launch.errors import LaunchError, disk_full, says_disk_full, says_no_network
from config.launch.processes import Child, ChildSpec, Supervisor
from config.launch.progress import Progress
from config.launch.stop_signals import StopSignals

UV_REQUIREMENT = "uv==0.13.8"
_PYTHON_SERIES = f"{sys.version_info[0]}.{sys.version_info[1]}"
# Settings of the person's shell that would send an installation elsewhere.
_MISLEADING = ("PYTHONHOME", "__PYVENV_LAUNCHER__", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")


@dataclass(frozen=True)
class RequirementSet:
    """One pinned and hashed requirements file."""

    name: str
    file_name: str


RUNTIME = RequirementSet("runtime", "requirements.txt")
DEVELOPMENT = RequirementSet("development", "requirements-dev.txt")


@dataclass(frozen=True)
class Environment:
    """The environment of the checkout `root`."""

    root: Path

    @property
    def folder(self) -> Path:
        """The environment's folder."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def building_mark(self) -> Path:
        """Present while packages are being installed: found at a start, the build was cut off."""
        return self.folder / ".building"

    def site_packages(self) -> Path:
        """The folder of the installed packages. Raises LaunchError when there is none."""
        found = sorted(self.folder.glob("lib/python3*/site-packages"))
        if not found:
            raise LaunchError(f"{self.folder} holds no packages; delete it and try again")
        return found[-1]

    def is_active(self) -> bool:
        """Whether the running interpreter is this environment's."""
        return os.path.realpath(sys.prefix) == os.path.realpath(self.folder)

    def stamp_file(self, wanted: RequirementSet) -> Path:
        """The file that tells what was installed for a set."""
        return self.folder / f".stamp-{wanted.name}"

    def expected_stamp(self, wanted: RequirementSet) -> str:
        """SHA-256 of the requirements file, and the Python series it is installed for."""
        path = self.root / wanted.file_name
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise LaunchError(f"{path} is missing; it belongs to the checkout") from None
        return f"{hashlib.sha256(content).hexdigest()} python{_PYTHON_SERIES}\n"

    def is_current(self, wanted: RequirementSet) -> bool:
        """Whether the set is installed completely, as its file says, for this Python."""
        if self.building_mark.exists() or not self._interpreter_works():
            return False
        try:
            return self.stamp_file(wanted).read_text() == self.expected_stamp(wanted)
        except FileNotFoundError:
            return False

    def is_usable(self) -> bool:
        """Whether packages can be added to what is there, instead of beginning afresh."""
        if self.building_mark.exists() or not (self.folder / "pyvenv.cfg").exists():
            return False
        has_series = (self.folder / "lib" / f"python{_PYTHON_SERIES}" / "site-packages").is_dir()
        return has_series and self._interpreter_works("import pip")

    def _interpreter_works(self, code: str = "pass") -> bool:
        try:
            answer = subprocess.run(
                [self.python, "-I", *(["-S"] if code == "pass" else []), "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
        except OSError:
            return False
        return answer.returncode == 0

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep other starts from replacing the environment meanwhile (adding to it they may)."""
        with (self.folder / "pyvenv.cfg").open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH)
            yield


def ensure(
    environment: Environment, wanted: RequirementSet, progress: Progress, stop: StopSignals
) -> None:
    """Make the environment hold `wanted`; nothing is done when it does already.

    Two starts of one checkout wait for each other. Raises LaunchError for a missing ensurepip, no
    network, a full disk, or packages that cannot be installed.
    """
    if environment.is_current(wanted):
        return
    with _build_lock(environment.root, progress, stop):
        if environment.is_current(wanted):
            return
        with (
            progress.step("preparing the environment", f"environment ready ({wanted.name} set)"),
            tempfile.TemporaryDirectory(prefix="tradepost-install-") as scratch,
        ):
            _Builder(environment, wanted, Path(scratch), stop).build()


@contextmanager
def _build_lock(root: Path, progress: Progress, stop: StopSignals) -> Iterator[None]:
    descriptor = os.open(root, os.O_RDONLY)
    try:
        told = False
        while not _try_lock(descriptor):
            if not told:
                progress.line("another start is preparing the environment; waiting for it")
                told = True
            stop.pause()
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class _Builder:
    def __init__(
        self, environment: Environment, wanted: RequirementSet, scratch: Path, stop: StopSignals
    ) -> None:
        self._environment = environment
        self._wanted = wanted
        self._scratch = scratch
        self._stop = stop
        self._variables = {k: v for k, v in os.environ.items() if k not in _MISLEADING}
        self._variables |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_NO_PROGRESS": "1"}

    def build(self) -> None:
        environment = self._environment
        if not environment.is_usable():
            self._make_empty()
        environment.building_mark.touch()
        self._install()
        stamp = environment.stamp_file(self._wanted)
        stamp.write_text(environment.expected_stamp(self._wanted))
        environment.building_mark.unlink()

    def _make_empty(self) -> None:
        base = getattr(sys, "_base_executable", None) or sys.executable
        if self._run("ensurepip", [base, "-c", "import venv, ensurepip"])[0] != 0:
            raise LaunchError(
                f"{base} cannot make virtual environments (ensurepip is missing); on Debian and "
                f"Ubuntu: apt install python{_PYTHON_SERIES}-venv"
            )
        self._clear()
        # In two steps: venv keeps to itself what its ensurepip has to say.
        venv = [base, "-m", "venv", "--without-pip", str(self._environment.folder)]
        ensurepip = [str(self._environment.python), "-I", "-m", "ensurepip", "--default-pip"]
        for name, command in (("venv", venv), ("ensurepip", ensurepip)):
            code, output = self._run(name, command)
            if code != 0:
                raise self._failure("the virtual environment could not be made", output)

    def _clear(self) -> None:
        folder = self._environment.folder
        config = folder / "pyvenv.cfg"
        if config.exists():
            with config.open("rb") as stream:
                if not _try_lock(stream.fileno()):
                    raise LaunchError(
                        f"{folder} must be made anew, but another Tradepost command is using it; "
                        "stop that one first"
                    )
        if folder.is_symlink() or folder.is_file():
            folder.unlink()
        folder.mkdir(exist_ok=True)
        # The mark goes in first and stays, so that a build that is cut off is never taken for done.
        self._environment.building_mark.touch()
        for entry in folder.iterdir():
            if entry == self._environment.building_mark:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def _install(self) -> None:
        python = str(self._environment.python)
        requirements = str(self._environment.root / self._wanted.file_name)
        pip = [python, "-I", "-m", "pip", "install", "--no-input", "--quiet"]
        code, output = self._run("pip install uv", [*pip, UV_REQUIREMENT])
        if code != 0 and (says_no_network(output) or says_disk_full(output)):
            raise self._failure("the installer could not be installed", output)
        if code == 0:
            uv = [python, "-I", "-m", "uv", "pip", "install", "--python", python]
            options = ["--require-hashes", "--compile-bytecode", "-r", requirements]
            code, output = self._run("uv pip install", [*uv, *options])
            if code == 0:
                return
            if says_disk_full(output):
                raise self._failure("the packages could not be installed", output)
        # uv knows nothing of pip.conf and PIP_*: with an index of one's own, pip is what works.
        code, output = self._run("pip install", [*pip, "--require-hashes", "-r", requirements])
        if code != 0:
            raise self._failure("the packages could not be installed", output)

    def _run(self, name: str, command: list[str]) -> tuple[int, str]:
        log = self._scratch / f"{name.replace(' ', '-')}.log"
        spec = ChildSpec(
            name, command, log, self._variables, self._environment.root, grace_seconds=3
        )
        with Supervisor(self._stop) as supervisor:
            task: Child = supervisor.start_task(spec)
            code = supervisor.finish(task)
        return code, log.read_text(errors="replace")

    def _failure(self, what: str, output: str) -> LaunchError:
        if says_disk_full(output):
            return disk_full(self._environment.folder)
        # With retries turned off, pip says no more than that it found nothing at all.
        if says_no_network(output) or "(from versions: none)" in output:
            return LaunchError(f"{what}: the package index cannot be reached (no network?)")
        return LaunchError(what, "\n".join(output.rstrip().splitlines()[-15:]))
