"""Runs the whole platform on one machine: prepares, starts web and worker, keeps them alive, stops all.

What `make run` does. This process imports no Django: it stays small and cannot fall over a bug of a room.
"""

import contextlib
import hashlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from onewindow.site import embedded, environment, lifeline
from onewindow.site.cli import Failure

HOST = "127.0.0.1"
STOP_SECONDS = 12
READY_SECONDS = 120
PACKAGE = environment.ROOT / "onewindow"
PARENT = os.getppid()  # noted before anything slow: it may be killed while we prepare


def run() -> int:
    """Run until Ctrl-C or SIGTERM; returns the exit status."""
    data_dir = environment.data_dir()
    port = environment.number("ONEWINDOW_PORT", 8000, low=1, high=65535)
    data_dir.mkdir(parents=True, exist_ok=True)
    held = lifeline.hold(data_dir / "up.lock")
    if held is None:
        raise Failure(f"the platform already runs on {data_dir}; stop it first")
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    with held, _database(data_dir):
        _wait_for_port(port)
        _prepare(data_dir)
        if environment.flag("ONEWINDOW_SANDBOX"):
            os.environ.setdefault("ONEWINDOW_STANDINS_PORT", str(_free_port()))
        children = [
            _Child("web", ["serve", "--port", str(port)], data_dir),
            _Child("worker", ["worker"], data_dir),
        ]
        if environment.flag("ONEWINDOW_SANDBOX"):
            children.append(_Child("standins", ["standins"], data_dir))
        try:
            for child in children:
                child.start()
            if _becomes_ready(port, stopping, children):
                _announce(port, data_dir)
            _supervise(children, stopping, data_dir)
        finally:
            _say("正在停止 · stopping")
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.stop()
    _say("已停止 · stopped")
    return 0


# ---------------------------------------------------------------- before the start


@contextlib.contextmanager
def _database(data_dir: Path) -> Iterator[None]:
    if environment.text("ONEWINDOW_DATABASE_URL"):
        yield
        return
    with embedded.session(data_dir):
        yield


def _wait_for_port(port: int) -> None:
    """The workers of a killed predecessor need a moment to go."""
    deadline = time.monotonic() + 5
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
                return
            except OSError as error:
                if time.monotonic() > deadline:
                    raise Failure(
                        f"port {port} cannot be used ({error.strerror}); choose one with ONEWINDOW_PORT"
                    ) from error
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _prepare(data_dir: Path) -> None:
    """Migrations, static files, demonstration: each only when something changed since the last time."""
    is_sandbox = environment.flag("ONEWINDOW_SANDBOX")
    marker = data_dir / "sandbox"
    if is_sandbox:
        # Commands given beside the running platform must live on the same clock.
        marker.touch()
        os.environ["ONEWINDOW_DEMO_PASSWORD"] = demo_password(data_dir)
    else:
        marker.unlink(missing_ok=True)
    with _once(data_dir, "migrate", _digest("migrations/*.py", "apps.py")) as is_due:
        if is_due:
            _say("数据库迁移 · migrating the database")
            _command(["migrate", "--quiet"])
    with _once(data_dir, "static", _digest("static/**/*")) as is_due:
        if is_due or not (data_dir / "static").exists():
            _say("静态文件 · collecting static files")
            _command(["collect-static"])
    if is_sandbox:
        with _once(data_dir, "demo", _text_digest(os.environ["ONEWINDOW_DEMO_PASSWORD"])) as is_due:
            if is_due:
                _say("示范城市 · the demonstration city")
                _command(["demo", "load", "--if-empty"])


@contextlib.contextmanager
def _once(data_dir: Path, name: str, digest: str) -> Iterator[bool]:
    """Whether the step is due; remembers its success beside the cluster that it was done to."""
    if environment.text("ONEWINDOW_DATABASE_URL") and name != "static":
        yield True  # who knows what happened to an outside database
        return
    stamp = data_dir / "postgres" / f"done-{name}"
    yield not stamp.exists() or stamp.read_text(encoding="ascii") != digest
    stamp.write_text(digest, encoding="ascii")


def _digest(*patterns: str) -> str:
    """Changes when a matching file of any room changes."""
    total = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(PACKAGE.glob(f"**/{pattern}")):
            if path.is_file():
                status = path.stat()
                total.update(f"{path.relative_to(PACKAGE)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return total.hexdigest()


def _text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def demo_password(data_dir: Path) -> str:
    """The demonstration's password: the one asked for, else one made once and kept."""
    path = data_dir / "demo-password"
    asked = environment.text("ONEWINDOW_DEMO_PASSWORD")
    if not asked and path.exists():
        return path.read_text(encoding="utf-8").strip()
    password = asked or f"{secrets.token_hex(3)}-{secrets.token_hex(3)}-Ow1"
    path.touch(mode=0o600)
    path.write_text(password + "\n", encoding="utf-8")
    return password


def _command(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "onewindow", *arguments], cwd=environment.ROOT, check=False)
    if done.returncode:
        raise Failure(f"`onewindow {' '.join(arguments)}` failed; nothing was started")


# ---------------------------------------------------------------- children


class _Child:
    """One process of the platform, started again when it dies, ever more slowly when it dies at once."""

    def __init__(self, name: str, arguments: list[str], data_dir: Path) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "onewindow", *arguments]
        self._environment = {**os.environ, lifeline.VARIABLE: lifeline.variable(data_dir / "up.lock")}
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._delay = 0.2
        self._not_before = 0.0

    def start(self) -> None:
        self._started_at = time.monotonic()
        # A session of its own: Ctrl-C at the terminal reaches `up` only, which stops all in order.
        self._process = subprocess.Popen(
            self._command,
            cwd=environment.ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def keep_alive(self) -> None:
        """Start again when dead and the pause is over."""
        if self._process is None:
            if time.monotonic() >= self._not_before:
                self.start()
        elif self._process.poll() is not None:
            lived = time.monotonic() - self._started_at
            self._delay = 0.2 if lived > 30 else min(self._delay * 2, 10)
            self._not_before = time.monotonic() + self._delay
            _say(f"{self.name} 意外退出，重新启动 · ended with {self._process.returncode}, starting again")
            self._kill_group()
            self._process = None

    def ask_to_stop(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()

    def stop(self) -> None:
        """Wait for a decent end, then insist."""
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self._kill_group()
        self._process.wait()
        self._process = None

    def _kill_group(self) -> None:
        # The web server's own workers stay behind when it is killed; they share its group.
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _supervise(children: list[_Child], stopping: threading.Event, data_dir: Path) -> None:
    is_ours = not environment.text("ONEWINDOW_DATABASE_URL")
    urls = embedded.known_urls(data_dir)
    while not stopping.wait(0.25):
        if os.environ.get("MAKELEVEL") and os.getppid() != PARENT:
            return  # `make` was killed: nobody is left to press Ctrl-C
        if is_ours and embedded.postmaster_pid(data_dir) is None:
            _say("数据库意外退出，重新启动 · the database ended, starting it again")
            _restart_database(data_dir)
            if embedded.known_urls(data_dir) != urls:
                urls = embedded.known_urls(data_dir)
                for child in children:
                    child.ask_to_stop()
        for child in children:
            child.keep_alive()


def _restart_database(data_dir: Path) -> None:
    try:
        embedded.ensure_running(data_dir)
    except embedded.EmbeddedError as error:
        _say(str(error))
        time.sleep(1)


def _becomes_ready(port: int, stopping: threading.Event, children: list[_Child]) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not stopping.is_set():
        if _answers(port):
            return True
        for child in children:
            child.keep_alive()
        time.sleep(0.1)
    return False


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


# ---------------------------------------------------------------- words

ACCOUNTS = (
    ("citizen1 citizen2", "自然人 · citizens"),
    ("enterprise1", "企业经办人 · a firm's operator"),
    ("clerk1 clerk2", "综合窗口 · integrated window"),
    ("examiner1 approver1 head1 dual1", "区住建局 · housing bureau"),
    ("examiner2 approver2 head2", "区市监局 · market bureau"),
    ("issuer1", "出件窗口 · issue window"),
    ("catalog1 establishment1 legal1 leader1", "事项管理 · items"),
    ("supervisor1 manager1", "监察、中心 · supervision, centre"),
    ("sysadmin secadmin secadmin2 auditor", "三员 · administrators"),
)


def _announce(port: int, data_dir: Path) -> None:
    lines = [f"一窗 OneWindow  →  http://{HOST}:{port}"]
    if environment.flag("ONEWINDOW_SANDBOX"):
        lines.append(f"演示账号 demo accounts (password: {os.environ['ONEWINDOW_DEMO_PASSWORD']})")
        lines += [f"    {names:<42}{what}" for names, what in ACCOUNTS]
    lines += [f"数据 data: {data_dir}", "停止 stop: Ctrl-C"]
    _say("\n" + "\n".join(lines) + "\n")


def _say(text: str) -> None:
    print(text, flush=True)
