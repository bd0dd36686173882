"""A sealed key opens where it was put, with the key it was sealed with, and nowhere else."""

from __future__ import annotations

import base64
import os
import secrets
import stat
import threading
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptyflow_server.security.master_key import UnsafeKey, load_master_keys, parse_master_keys
from promptyflow_server.security.vault import KeyRing, Place, Vault
from promptyflow_server.settings import Settings, master_key_of
from promptyflow_server.shared.errors import NoApiKey

MASTER = bytes(range(32))
PLACE = Place(UUID(int=1), "openai", UUID(int=2))


@given(st.text(max_size=300))
def test_what_is_sealed_opens_again(secret):
    ring = KeyRing([MASTER])
    assert ring.open(ring.seal(secret, PLACE).blob, PLACE) == secret


def test_the_form_is_the_documented_one():
    ring = KeyRing([MASTER])
    blob, kid = ring.seal("secret", PLACE).blob, ring.kid.encode()
    assert blob[:2] == bytes([1, len(kid)])
    assert blob[2 : 2 + len(kid)] == kid
    assert len(blob) == 2 + len(kid) + 12 + len("secret") + 16


def test_it_is_aes_gcm_with_a_key_by_hkdf_as_documented():
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    sealed = KeyRing([MASTER]).seal("secret", PLACE)
    kid = sealed.kid.encode()
    info = b"provider-key|" + kid
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(MASTER)
    nonce, ciphertext = sealed.blob[2 + len(kid) :][:12], sealed.blob[2 + len(kid) + 12 :]
    parts = (b"\x01", kid, PLACE.owner_id.bytes, b"openai", PLACE.row_id.bytes)
    bound = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    assert AESGCM(key).decrypt(nonce, ciphertext, bound) == b"secret"


def test_the_same_secret_is_never_sealed_twice_alike():
    ring = KeyRing([MASTER])
    assert len({ring.seal("secret", PLACE).blob for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, owner_id=UUID(int=9)),
        replace(PLACE, provider="anthropic"),
        replace(PLACE, provider="opena", row_id=UUID(bytes=b"i" + PLACE.row_id.bytes[1:])),
        replace(PLACE, row_id=UUID(int=9)),
    ],
)
def test_a_key_moved_to_another_place_does_not_open(elsewhere):
    ring = KeyRing([MASTER])
    with pytest.raises(NoApiKey) as caught:
        ring.open(ring.seal("secret", PLACE).blob, elsewhere)
    assert caught.value.status == 422
    assert caught.value.details["kind"] == "sealed_otherwise"


def test_a_key_with_any_byte_changed_does_not_open():
    ring = KeyRing([MASTER])
    blob = ring.seal("secret", PLACE).blob
    for place in range(len(blob)):
        changed = bytearray(blob)
        changed[place] ^= 1
        with pytest.raises(NoApiKey):
            ring.open(bytes(changed), PLACE)


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x01\x08short", b"\x02" + b"x" * 60, b"x" * 100])
def test_what_is_no_sealed_key_does_not_open(blob):
    with pytest.raises(NoApiKey):
        KeyRing([MASTER]).open(blob, PLACE)


def test_another_master_key_does_not_open_it():
    blob = KeyRing([MASTER]).seal("secret", PLACE).blob
    with pytest.raises(NoApiKey):
        KeyRing([bytes(32)]).open(blob, PLACE)


def test_an_older_master_key_still_opens_and_the_first_one_seals():
    blob = KeyRing([MASTER]).seal("secret", PLACE).blob
    ring = KeyRing([bytes(32), MASTER])
    assert ring.open(blob, PLACE) == "secret"
    assert ring.seal("new", PLACE).kid == KeyRing([bytes(32)]).kid


async def test_a_vault_makes_its_own_master_key_closed_to_others(tmp_path):
    settings = Settings(data_dir=tmp_path)
    sealed = await Vault(settings).seal("secret", PLACE)
    assert await Vault(settings).open(sealed.blob, PLACE) == "secret"
    file = tmp_path / "keys" / "master.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["master.key"]


def test_servers_that_start_at_once_agree_on_one_master_key(tmp_path):
    found = []
    start = threading.Barrier(16)

    def load():
        start.wait()
        found.append(tuple(load_master_keys(Settings(data_dir=tmp_path))))

    threads = [threading.Thread(target=load) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert len(set(found)) == 1
    assert len(list((tmp_path / "keys").iterdir())) == 1


def written(path, text="", mode=0o600):
    path.write_text(text or base64.b64encode(secrets.token_bytes(32)).decode(), encoding="ascii")
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o440, 0o444, 0o460])
def test_what_systemd_hands_over_shows_our_right_as_the_groups_and_nothing_more(
    tmp_path, monkeypatch, mode
):
    file = written(tmp_path / "master.key", mode=mode)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    if mode == 0o440 and file.stat().st_uid == 0:
        assert load_master_keys(Settings(data_dir=tmp_path, master_key_file=file))
    else:
        with pytest.raises(UnsafeKey, match="mode"):
            load_master_keys(Settings(data_dir=tmp_path, master_key_file=file))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o601])
def test_a_master_key_that_others_can_read_is_refused(tmp_path, mode):
    file = written(tmp_path / "key", mode=mode)
    with pytest.raises(UnsafeKey, match="mode"):
        load_master_keys(Settings(data_dir=tmp_path, master_key_file=file))


def test_our_own_master_key_is_held_to_the_same(tmp_path):
    settings = Settings(data_dir=tmp_path)
    load_master_keys(settings)
    (tmp_path / "keys" / "master.key").chmod(0o644)
    with pytest.raises(UnsafeKey, match="0644"):
        load_master_keys(settings)
    (tmp_path / "keys" / "master.key").chmod(0o600)
    (tmp_path / "keys").chmod(0o755)
    with pytest.raises(UnsafeKey, match="0755"):
        load_master_keys(settings)


@pytest.mark.skipif(
    os.geteuid() != 0 and os.environ.get("CI") != "true", reason="only root can give a file away"
)
def test_a_master_key_of_somebody_else_is_refused(tmp_path):
    file = written(tmp_path / "key")
    os.chown(file, 65534, 65534)
    with pytest.raises(UnsafeKey, match="65534"):
        load_master_keys(Settings(data_dir=tmp_path, master_key_file=file))


def test_a_file_that_is_named_and_missing_is_an_error_and_not_replaced(tmp_path):
    with pytest.raises(UnsafeKey, match="nowhere"):
        load_master_keys(Settings(data_dir=tmp_path, master_key_file=tmp_path / "nowhere"))
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("text", ["short", "Zm9v", "é" * 40, "not base64 at all, no!" * 3])
def test_what_is_no_key_is_refused(tmp_path, text):
    file = tmp_path / "key"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    with pytest.raises(UnsafeKey):
        load_master_keys(Settings(data_dir=tmp_path, master_key_file=file))


def test_a_key_is_read_in_every_usual_form():
    forms = [
        MASTER.hex(),
        MASTER.hex().upper() + "\n",
        base64.b64encode(MASTER).decode(),
        base64.urlsafe_b64encode(MASTER).decode().rstrip("="),
    ]
    assert {key for form in forms for key in parse_master_keys(form)} == {MASTER}
    assert parse_master_keys(f"{MASTER.hex()}\n\n{bytes(32).hex()}\n") == [MASTER, bytes(32)]


def test_the_environment_comes_last_and_with_a_warning(tmp_path, caplog):
    given = secrets.token_bytes(32)
    settings = Settings(data_dir=tmp_path, master_key=given.hex())
    assert load_master_keys(settings) == [given]
    assert "environment" in caplog.text
    assert given.hex() not in caplog.text
    own = load_master_keys(Settings(data_dir=tmp_path))
    assert load_master_keys(settings) == own != [given]


def test_kernels_do_not_inherit_the_master_key():
    environment = {"PROMPTYFLOW_MASTER_KEY": "x", "HOME": "/"}
    assert master_key_of(environment) == "x"
    assert environment == {"HOME": "/"}
    assert "xyz" not in repr(Settings(data_dir=None, master_key="xyz"))
