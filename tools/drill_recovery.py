"""Drills point-in-time recovery: a base backup, work, a noted second, more work, and back to that second.

    .venv/bin/python tools/drill_recovery.py [--cases 40] [--keep]

It starts an embedded database of its own that archives its write-ahead log, with the demonstration's items and
staff, and touches nothing else. Every table of the recovered database must have the digest that it had at the
noted second, and the ledger must verify; the database as it stood at the end must differ (else the drill would
prove nothing). Prints what it measured; exit status 0 when all of this holds.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from onewindow.site import embedded  # noqa: E402
from onewindow.site.embedded import cluster, place, server  # noqa: E402

PASSWORD = "Drill-2026-recovery"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=40, help="cases before and again after the noted second")
    parser.add_argument("--keep", action="store_true", help="leave the directory for a look")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="onewindow-drill-"))
    folder.chmod(0o711)
    try:
        return drill(folder, options.cases)
    finally:
        embedded.stop(folder / "live")
        embedded.stop(folder / "recovered")
        if options.keep:
            print(f"left in {folder}")
        else:
            shutil.rmtree(folder)


def drill(folder: Path, cases: int) -> int:
    live, recovered, archive = folder / "live", folder / "recovered", folder / "archive"
    archive.mkdir()
    place.give(archive, place.server_user(place.place_of(live)))
    os.environ["ONEWINDOW_WAL_ARCHIVE"] = str(archive)
    with embedded.session(live) as urls:  # stays up between the commands
        command(live, "migrate", "--quiet")
        command(live, "demo", "load", "--if-empty")
        began = time.monotonic()
        base_backup(live, folder / "base")
        say(f"base backup: {size(folder / 'base') / 1e6:.0f} MB in {time.monotonic() - began:.1f} s")
        work(live, cases, "before")
        noted = digests(urls.owner)
        moment = now(urls.owner)
        say(f"noted {moment}: {len(noted)} tables, {sum(n for n, _ in noted.values())} rows")
        time.sleep(1.1)  # the noted second is over before anything else is written
        work(live, cases, "after")
        after = digests(urls.owner)
        finish(urls.owner, archive)
    began = time.monotonic()
    recover(live, recovered, folder / "base", archive, moment)
    with embedded.session(recovered) as urls:
        say(f"recovered in {time.monotonic() - began:.1f} s from {size(archive) / 1e6:.0f} MB of log")
        found = digests(urls.owner)
        command(recovered, "ledger", "verify")
    return judge(noted, after, found)


def judge(noted: dict, after: dict, found: dict) -> int:
    wrong = sorted(name for name in noted.keys() | found.keys() if noted.get(name) != found.get(name))
    moved = sorted(name for name in noted if noted[name] != after.get(name))
    say(f"tables that changed after the noted second: {len(moved)} ({', '.join(moved[:6])} …)")
    if wrong or not moved:
        say(f"FAILED: {', '.join(wrong) or 'nothing was written after the noted second'}")
        return 1
    say(f"equal: all {len(found)} tables have the digests of the noted second, the ledger verifies")
    return 0


def work(data_dir: Path, cases: int, what: str) -> None:
    """A day of the simulated city: cases received, accepted, reviewed, decided and handed over."""
    began = time.monotonic()
    command(data_dir, "simulate", "day", "--cases", str(cases), "--seed", "1" if what == "before" else "2")
    say(f"a day of {cases} cases {what} the noted second, in {time.monotonic() - began:.1f} s")


def base_backup(data_dir: Path, target: Path) -> None:
    url = embedded.known_urls(data_dir).owner
    program, environment = embedded.program(data_dir, "pg_basebackup")
    done = subprocess.run(
        [program, "-d", url.rpartition("/")[0] + "/postgres", "-D", str(target), "-X", "none", "--checkpoint=fast"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"pg_basebackup: {done.stderr.strip()}")


def finish(url: str, archive: Path) -> None:
    """Close the present piece of the log and wait until it lies in the archive."""
    with psycopg.connect(url, autocommit=True) as link:
        name = link.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]
    deadline = time.monotonic() + 120
    while not (archive / name).exists():
        if time.monotonic() > deadline:
            raise SystemExit(f"{name} was not archived within two minutes")
        time.sleep(0.2)


def recover(live: Path, recovered: Path, base: Path, archive: Path, moment: str) -> None:
    """A new data directory: the base backup, the archive and the moment; keys and heads come from the old one."""
    target = place.place_of(recovered)
    place.prepare_directories(target)
    for name in ("keys", "files"):  # files are only ever added: today's folder serves every earlier moment
        if (live / name).exists():
            shutil.copytree(live / name, recovered / name)
    shutil.copy2(live / "generations", recovered / "generations")  # where the sandbox clock stands
    shutil.copy2(live / "postgres.json", target.state)
    cluster.unpack(target)
    shutil.copytree(base, target.data)
    target.data.chmod(0o700)
    (target.data / "recovery.signal").touch()
    settings = {
        "restore_command": f'cp "{archive}/%f" "%p"',
        "recovery_target_time": moment,
        "recovery_target_action": "promote",
        "archive_mode": "off",
    }
    with open(target.data / "postgresql.conf", "a", encoding="utf-8") as conf:
        conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
    hand_over(target)
    os.environ.pop("ONEWINDOW_WAL_ARCHIVE")
    server.start(target)
    wait_for_promotion(place.urls_of(place.read_state(target)).owner)


def hand_over(target: place.Place) -> None:
    user = place.server_user(place.place_of(target.root.parent / "live"))
    for path in [target.data, *target.data.rglob("*")]:
        place.give(path, user)


def wait_for_promotion(url: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with psycopg.connect(url) as link:
            if not link.execute("SELECT pg_is_in_recovery()").fetchone()[0]:
                return
        time.sleep(0.2)
    raise SystemExit("the recovered database did not finish its recovery")


def digests(url: str) -> dict:
    """Of each table its rows and a digest over all of them, whatever their order."""
    found = {}
    with psycopg.connect(url) as link:
        names = link.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        for (name,) in names:
            query = sql.SQL(
                "SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {} t"
            )
            found[name] = tuple(link.execute(query.format(sql.Identifier(name))).fetchone())
    return found


def now(url: str) -> str:
    with psycopg.connect(url) as link:
        return str(link.execute("SELECT clock_timestamp()::text").fetchone()[0])


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def command(data_dir: Path, *words: str) -> None:
    run([sys.executable, "-m", "onewindow", *words], data_dir)


def run(words: list[str], data_dir: Path, **more: str) -> None:
    own = {**os.environ, "ONEWINDOW_DATA_DIR": str(data_dir), "ONEWINDOW_SANDBOX": "1", **more}
    own |= {"ONEWINDOW_DEMO_PASSWORD": PASSWORD, "PYTHONPATH": str(ROOT)}
    own.pop("ONEWINDOW_DATABASE_URL", None)
    done = subprocess.run(words, cwd=ROOT, env=own, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words[2:])}: {(done.stdout + done.stderr).strip()[-1500:]}")


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
