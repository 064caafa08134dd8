"""Threads that read a shape for the first time at the same moment do not bring the process down."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from onewindow.site import shapes
from onewindow.site.simulate.year import making
from tests import database

# Four threads read every shape of a web process at once, its last field first: that one is learnt last.
_READ = """
import sys, threading
import msgspec
import onewindow.site.wsgi
from onewindow.site import shapes

known, barrier = list(shapes.every()), threading.Barrier(4)

def read():
    for shape in known:
        barrier.wait()
        try:
            msgspec.convert(dict.fromkeys(shape.__struct_encode_fields__[::-1]), shape)
        except (msgspec.ValidationError, ValueError):
            pass

sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=read) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(known), flush=True)
__import__("os")._exit(0)
"""


@pytest.mark.slow
def test_a_web_process_knows_its_shapes_before_it_serves(tmp_path: Path) -> None:
    own = {**os.environ, "ONEWINDOW_DATA_DIR": str(tmp_path), "ONEWINDOW_DATABASE_ROLE": "web"}
    own.pop("ONEWINDOW_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", _READ], cwd=database.ROOT, env=own, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[-1]) > 500


def test_a_shape_that_is_only_written_stops_nothing() -> None:
    with pytest.raises(TypeError):
        msgspec.json.Decoder(making.Packet)
    shapes.learn()
