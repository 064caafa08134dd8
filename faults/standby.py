"""A primary and its hot standby on one machine: replication, death of the primary, promotion."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from faults.instance import Instance, free_port, wait
from faults.proxy import Proxy
from onewindow.site import embedded
from onewindow.site.embedded import place as places
from onewindow.site.embedded import server

NAME = "spare"


class Pair:
    """The server that the platform works on, a standby behind it, and the line between them.

    ``is_synchronous``: a commit is acknowledged only when the standby has it on its disk too.
    """

    def __init__(self, platform: Instance, *, is_synchronous: bool) -> None:
        self.platform, self.is_synchronous = platform, is_synchronous
        self._place = places.place_of(platform.place)
        self._folder, self.port = self._place.data, int(places.read_state(self._place)["port"])
        self._spare, self._spare_port, self._made = Path(), 0, 0
        self.is_alone = True
        self.line = Proxy(lambda: self.port)

    def __enter__(self) -> Pair:
        self.line.__enter__()
        self.add_standby()
        return self

    def __exit__(self, *_: object) -> None:
        for folder in (self._spare, self._folder):
            kill_all(folder)
        self.line.__exit__()

    def add_standby(self) -> None:
        """A copy of the primary that follows it over the line; returns when it does."""
        self._made += 1
        self._spare, self._spare_port = self._place.home / f"standby-{self._made}", free_port()
        user = places.server_user(self._place)
        self._spare.mkdir(mode=0o700)
        places.give(self._spare, user)
        self._copy(user)
        self._follow()
        self._start()
        if self.is_synchronous:
            self._wait_for_commits(NAME)
        wait(self._is_following, "the standby does not follow", seconds=60)
        self.is_alone = False

    def promote(self) -> None:
        """kill -9 of every process of the primary; the standby takes over, the platform's way leads to it."""
        kill_all(self._folder)
        self.line.tell("pass")
        self.line.reset_all()
        with psycopg.connect(self._url(self._spare_port), autocommit=True) as link:
            link.execute("SELECT pg_promote(true, 60)")
        self._swap()

    def _swap(self) -> None:
        dead, self._folder, self.port = self._folder, self._spare, self._spare_port
        self.is_alone = True
        self.platform.moved_to = self.port
        if dead != self._place.data:
            shutil.rmtree(dead, ignore_errors=True)

    def _copy(self, user: dict[str, object]) -> None:
        program, environment = embedded.program(self.platform.place, "pg_basebackup")
        words = [
            program,
            "-d",
            self._url(self.port),
            "-D",
            str(self._spare),
            "-X",
            "stream",
            "--checkpoint=fast",
        ]
        subprocess.run(words, env=environment, cwd="/", umask=0o077, check=True, capture_output=True, **user)  # type: ignore[call-overload]

    def _follow(self) -> None:
        auto = self._spare / "postgresql.auto.conf"
        kept = [one for one in auto.read_text().splitlines() if "synchronous_standby_names" not in one]
        told = self._url(self.line.port) + f"?application_name={NAME}"
        settings = {
            "primary_conninfo": told,
            "port": self._spare_port,
            "wal_retrieve_retry_interval": "200ms",
        }
        kept += [f"{name} = '{value}'" for name, value in settings.items()]
        auto.write_text("\n".join(kept) + "\n", encoding="utf-8")
        (self._spare / "standby.signal").touch()
        (self._spare / "postmaster.pid").unlink(missing_ok=True)

    def _start(self) -> None:
        program, _ = embedded.program(self.platform.place, "pg_ctl")
        log = self._place.home / f"{self._spare.name}.log"
        user = places.server_user(self._place)
        log.touch()
        places.give(log, user)
        words = [program, "-D", str(self._spare), "start", "-l", str(log), "-w", "-t", "60", "-s"]
        places.run(self._place, words, user, "pg_ctl start")

    def _wait_for_commits(self, name: str) -> None:
        with psycopg.connect(self._url(self.port), autocommit=True) as link:
            link.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
            link.execute("SELECT pg_reload_conf()")

    def _is_following(self) -> bool:
        wanted = "sync" if self.is_synchronous else "async"
        with psycopg.connect(self._url(self.port), autocommit=True) as link:
            rows = link.execute(
                "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'"
            ).fetchall()
        return (wanted,) in rows

    def _url(self, port: int) -> str:
        head, _, _ = places.urls_of(places.read_state(self._place), database="postgres").owner.rpartition("@")
        return f"{head}@127.0.0.1:{port}/postgres"


def kill_all(folder: Path) -> None:
    """kill -9 of every PostgreSQL process at work in this cluster; returns when none is left."""
    victims = _processes(folder)
    for pid in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait(lambda: not _processes(folder), f"processes of {folder.name} do not end", seconds=20)


def _processes(folder: Path) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                is_there = os.readlink(entry / "cwd") == str(folder.resolve())
                if is_there and server.is_postgres(int(entry.name)):
                    found.append(int(entry.name))
    return found
