"""The service's own page, as a browser shows it, and that it can do nothing but what it is for."""

from __future__ import annotations

import asyncio
import re
import shutil

import pytest
from lab_browser import CHROMIUM
from playwright.async_api import async_playwright, expect

FILES = ("/", "/page.css", "/page.js")
PATIENCE = 30_000


@pytest.fixture
async def chromium():
    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert executable, "no browser"
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable)
        yield browser
        await browser.close()


async def test_the_page_is_static_and_its_policy_strict(service):
    for path in FILES:
        answer = await service.call("GET", path)
        assert answer.status_code == 200, path
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers
    page = (await service.call("GET", "/")).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|https?://", page)
    assert re.findall(r"<script[^>]*>([^<]*)</script>", page) == [""]
    script = (await service.call("GET", "/page.js")).text
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)


async def test_the_page_speaks_both_languages(service):
    english = await service.call("GET", "/")
    russian = await service.call("GET", "/", headers={"Accept-Language": "ru"})
    chosen = await service.call("GET", "/?lang=ru")
    assert 'lang="en"' in english.text
    assert "Sign in" in english.text
    assert "Войти" in russian.text
    assert chosen.text == russian.text
    assert russian.headers["content-language"] == "ru"


async def test_somebody_signs_in_makes_a_token_and_signs_out(service, chromium):
    page = await chromium.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    await page.goto(f"{service.url}/")
    await page.get_by_role("link", name="Sign in").click()
    await expect(page.locator("#who")).to_have_text("Ann")
    assert page.url == f"{service.url}/"  # no code is left in the address
    await expect(page.locator("#variables")).to_contain_text(f"URL={service.url}")
    await page.get_by_label("Name").fill("<b>laptop</b>")
    await page.get_by_role("button", name="Make a token").click()
    await expect(page.locator("#made-token")).to_contain_text("pft_")
    token = await page.locator("#made-token").inner_text()
    me = (await service.call("GET", "/auth/me", token)).json()
    assert me["user"]["name"] == "Ann"
    await expect(page.get_by_role("row", name="<b>laptop</b>")).to_be_visible()
    await page.reload()  # the session is this tab's
    await expect(page.locator("#who")).to_have_text("Ann")
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await page.get_by_role("button", name="Revoke").click()
    await expect(page.locator("#no-tokens")).to_be_visible()
    assert (await service.call("GET", "/auth/me", token)).status_code == 401
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert faults == []
