"""``jupyter promptyflow login``: what is kept, who can read it, and what is never said."""

from __future__ import annotations

import asyncio
import os
import re
import stat
import sys
from urllib.parse import urlsplit

import httpx
import pytest

from promptyflow_lab.client.discovery import find_server
from promptyflow_lab.client.errors import ServerNotFound
from promptyflow_lab.client.login import InsecureAddress, Login, SignInFailed, log_out
from promptyflow_lab.client.sign_ins import SignedInTo, keep_sign_in, read_sign_ins


@pytest.fixture
def file(tmp_path):
    return tmp_path / "config" / "promptyflow" / "sign-ins.json"


async def signed_in(service, file, name="ann"):
    """Sign in as `login` does, with a browser of our own."""
    shown = asyncio.get_running_loop().create_future()
    loop = asyncio.get_running_loop()
    login = Login(service.url, file)
    done = asyncio.create_task(
        asyncio.to_thread(
            login.in_browser, lambda url: loop.call_soon_threadsafe(shown.set_result, url)
        )
    )
    page = await browse(service, await shown, name)
    return await done, page


async def browse(service, address, name="ann"):
    """Follow a shown address to its end; return the last page."""
    async with service.browser() as browser:
        start = await browser.client.get(address)
        assert start.status_code == 302, start.text
        back = await browser.return_address(start.headers["location"], name)
        ended = (await browser.come_back(back)).headers["location"]
        return await browser.client.get(ended)


async def test_somebody_signs_in_works_and_signs_out(service, file):
    who, page = await signed_in(service, file)
    assert who == "ann@example.org"
    assert "signed in" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    server = find_server(environment={}, runtime=file.parent, sign_ins=file)
    assert server.url == service.url
    assert server.token not in repr(server) + repr(read_sign_ins(file))
    assert (await service.call("GET", "/api/projects", server.token)).status_code == 200
    named = find_server(service.url, environment={}, runtime=file.parent, sign_ins=file)
    assert named.token == server.token
    assert await asyncio.to_thread(log_out, service.url, file) == [service.url]
    assert read_sign_ins(file) == []
    assert (await service.call("GET", "/api/projects", server.token)).status_code == 401


async def test_the_session_is_closed_and_the_older_token_revoked(service, file):
    await signed_in(service, file)
    (old,) = read_sign_ins(file)
    await signed_in(service, file)
    (new,) = read_sign_ins(file)
    assert (await service.call("GET", "/auth/me", old.token)).status_code == 401
    listed = (await service.call("GET", "/auth/tokens", new.token)).json()["items"]
    assert [one["id"] for one in listed] == [new.token_id]
    async with service.services.database.read() as connection:
        found = await connection.exec_driver_sql(
            "SELECT bool_and(revoked_at IS NOT NULL) FROM refresh_tokens"
        )
        assert found.scalar_one() is True


async def test_what_another_page_brings_changes_nothing(service, file):
    loop = asyncio.get_running_loop()
    shown = loop.create_future()
    login = Login(service.url, file)
    show = lambda url: loop.call_soon_threadsafe(shown.set_result, url)  # noqa: E731
    done = asyncio.create_task(asyncio.to_thread(login.in_browser, show))
    address = await shown
    port = re.search(r"127\.0\.0\.1%3A(\d+)", address)[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as page:
        for path in ("/", "/back", "/back?code=forged", "/back?code=forged&state=x"):
            assert (await page.get(path)).status_code == 404
        assert (await page.post("/back", content=b"x")).status_code == 501
    await browse(service, address)
    assert await done == "ann@example.org"


async def test_who_changes_their_mind_is_told_so(service, file):
    with pytest.raises(SignInFailed, match="cancelled"):
        await signed_in(service, file, "deny")
    assert not file.exists()


async def test_nobody_comes(service, file):
    login = Login(service.url, file, patience=0.05)
    with pytest.raises(SignInFailed, match="in time"):
        await asyncio.to_thread(login.in_browser, lambda _: None)


async def test_an_address_of_another_sign_in_is_refused(service, file):
    for pasted in ("", "http://127.0.0.1:9/back?code=x", "http://127.0.0.1:9/back?code=x&state=y"):
        with pytest.raises(SignInFailed, match="belong"):
            Login(service.url, file).by_hand(lambda _: None, lambda p=pasted: p)


def test_a_token_never_goes_over_an_open_line(file):
    with pytest.raises(InsecureAddress):
        Login("http://service.example/pf", file)


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_a_file_that_others_can_read_is_refused(file):
    keep_sign_in(file, SignedInTo("https://a.example", "pft_planted", "1"))
    file.chmod(0o640)
    with pytest.raises(ServerNotFound, match="chmod 600") as caught:
        find_server(environment={}, runtime=file.parent, sign_ins=file)
    assert "planted" not in str(caught.value)


def test_the_token_of_one_service_is_never_for_another(file):
    keep_sign_in(file, SignedInTo("https://a.example/pf", "pft_planted", "1"))
    for other in ("https://b.example/pf", "http://a.example/pf", "https://a.example:444/pf"):
        with pytest.raises(ServerNotFound):
            find_server(other, environment={}, runtime=file.parent, sign_ins=file)


async def test_the_command_says_no_secret(service, tmp_path):
    """As a person types it: in a process of its own, in Russian, with a browser elsewhere."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PROMPTYFLOW_")}
    environment |= {"XDG_CONFIG_HOME": str(tmp_path), "LANG": "ru_RU.UTF-8", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "promptyflow_server.cli", "--data-dir", str(tmp_path / "data")]

    async def start(*arguments):
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            *command, *arguments, stdin=pipe, stdout=pipe, stderr=pipe, env=environment
        )

    process = await start("login", service.url, "--no-browser")
    said = b""
    while b"auth/google?" not in said:
        line = await process.stderr.readline()
        assert line, said
        said += line
    await browse(service, said.decode().split()[-1])
    out, err = await process.communicate()
    assert process.returncode == 0, err
    (kept,) = read_sign_ins(tmp_path / "promptyflow" / "sign-ins.json")
    assert "Вы вошли как ann@example.org" in err.decode()
    assert kept.token.encode() not in said + out + err
    process = await start("logout")
    out, err = await process.communicate()
    assert (process.returncode, out) == (0, b"")
    assert urlsplit(service.url).netloc in err.decode()
    assert (await service.call("GET", "/auth/me", kept.token)).status_code == 401
