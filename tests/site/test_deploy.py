"""The files under `deploy/` are what systemd and nginx accept, and the units name commands that exist."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from onewindow.site import cli
from onewindow.site.embedded import EmbeddedError, cluster

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted(path for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))
PYTHON = "/opt/onewindow/.venv/bin/python"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_units_are_accepted(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace(PYTHON, sys.executable)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    names = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if line.startswith("onewindow-")]
    assert not told and len(names) == 4


@pytest.mark.parametrize("unit", [one for one in UNITS if one.suffix == ".service"], ids=lambda one: one.stem)
def test_commands_exist(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    words = re.search(r"-m onewindow ([^\n']+)", text)
    assert words is not None
    cli.build().parse_args(shlex.split(words[1]))
    for setting in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n", "UMask=0077"):
        assert setting in text


def test_the_example_of_settings_names_known_ones() -> None:
    known = (DEPLOY.parent / "onewindow/site/settings.py").read_text(encoding="utf-8")
    text = (DEPLOY / "onewindow.env.example").read_text(encoding="utf-8")
    names = re.findall(r"^#? ?(ONEWINDOW_[A-Z_]+)=", text, re.MULTILINE)
    assert len(names) > 10 and not [name for name in names if name not in known]


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_nginx_accepts_its_configuration(tmp_path: Path) -> None:
    _certificate(tmp_path)
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace("/etc/onewindow/tls", str(tmp_path))
    text = re.sub(r"(listen (?:\[::\]:)?)(80|443)\b", r"\g<1>48\g<2>", text)  # no rights to low ports needed
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {text} }}"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    done = subprocess.run(
        ["nginx", "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _certificate(folder: Path) -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    start = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=1))
    pem = serialization.Encoding.PEM
    form, secret = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, form, secret))
    (folder / "fullchain.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))


def test_archiving_is_off_unless_asked_for() -> None:
    assert cluster.archiving("") == {}
    assert cluster.archiving("/var/wal")["archive_mode"] == "on"


@pytest.mark.parametrize("folder", ["wal", "/a'b", '/a"b', "/a%b", "/a$(b)", "/a`b`", "/a\nb", "/a\\b"])
def test_a_folder_that_a_shell_would_read_otherwise_is_refused(folder: str) -> None:
    with pytest.raises(EmbeddedError):
        cluster.archiving(folder)


def test_a_piece_of_the_log_is_archived_whole_and_never_overwritten(tmp_path: Path) -> None:
    piece, archive = tmp_path / "000000010000000000000001", tmp_path / "archive"
    archive.mkdir()
    command = str(cluster.archiving(str(archive))["archive_command"])
    command = command.replace("%p", str(piece)).replace("%f", piece.name)
    piece.write_bytes(b"log")
    for _ in range(2):  # the server asks again when it did not hear the first answer
        assert subprocess.run(["sh", "-c", command], check=False).returncode == 0
    assert [one.name for one in archive.iterdir()] == [piece.name]
    piece.write_bytes(b"another cluster's log")
    assert subprocess.run(["sh", "-c", command], check=False).returncode != 0
    assert (archive / piece.name).read_bytes() == b"log"
