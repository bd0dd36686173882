"""Chromium in front of a real JupyterLab, and what the server has stored meanwhile.

Every person's pages are watched: an exception of the page, an error in its console that is ours,
and a request to any other host are faults.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jupyter_process import JupyterProcess
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
THEMES = {
    "light": "JupyterLab Light",
    "dark": "JupyterLab Dark",
    "contrast": "JupyterLab Dark High Contrast",
}
PATIENCE = 30_000  # milliseconds; two slow cores
OURS = re.compile(r"promptyflow|\bpf-", re.IGNORECASE)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Yield the system's browser."""
    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert executable, f"no browser: install one of {', '.join(CHROMIUM)}"
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=executable)
        yield browser
        browser.close()


@dataclass
class Api:
    """The server's API as its owner's token opens it: what is really stored."""

    jupyter: JupyterProcess

    def call(self, method: str, path: str, body: Any = None) -> Any:
        with self.jupyter.http() as http:
            answer = http.request(method, f"promptyflow/{path}", json=body)
            assert answer.is_success, answer.text
            return answer.json() if answer.content else None

    def make(self, name: str, data: Any = None) -> str:
        """Make a project and return its id."""
        body = {"name": name} if data is None else {"name": name, "data": data}
        return self.call("POST", "api/projects", body)["id"]

    def project(self, name: str) -> Any:
        """Return the one project of this name, with all contents."""
        (found,) = [
            project
            for project in self.call("GET", "api/projects?limit=100")["items"]
            if project["name"] == name
        ]
        return self.call("GET", f"api/projects/{found['id']}?contents=all")

    def compile(self, project_id: str, prompt_id: int) -> Any:
        path = f"api/projects/{project_id}/prompt-blocks/compile"
        return self.call("POST", path, {"promptBlockId": prompt_id})

    def text(self, name: str, block: int = 0, item: int = 0) -> str:
        """Return the text of an item by its place."""
        return self.project(name)["data"]["contextBlocks"][block]["items"][item]["content"]

    def setting(self, plugin: str, **values: Any) -> None:
        """Change a setting of JupyterLab as its settings editor does."""
        with self.jupyter.http() as http:
            body = {"raw": json.dumps(values)}
            http.put(f"lab/api/settings/{plugin}", json=body).raise_for_status()

    def connect(self, base_url: str) -> None:
        """Set up the OpenAI-compatible provider."""
        self.call("POST", "api/user/api-keys/openai-compatible", {"baseUrl": base_url})

    def disconnect(self) -> None:
        """Forget all providers, as on a fresh machine."""
        for key in self.call("GET", "api/user/api-keys")["items"]:
            self.call("DELETE", f"api/user/api-keys/{key['provider']}")


@dataclass
class Watch:
    """Sees what a page should not do."""

    origin: str
    expected: list[re.Pattern[str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Let console errors pass that are the very point of a test: a cut network."""
        self.expected.append(re.compile(pattern))

    def follow(self, page: Page) -> None:
        page.on("pageerror", self._page_error)
        page.on("console", self._console)
        page.on("request", self._request)

    def check(self) -> None:
        faults = [
            fault for fault in self.faults if not any(one.search(fault) for one in self.expected)
        ]
        assert not faults, "\n".join(faults)

    def _page_error(self, error: Error) -> None:
        self.faults.append(f"uncaught: {error.stack or error.message}")

    def _console(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and (OURS.search(where) or OURS.search(message.text)):
            self.faults.append(f"console: {message.text} ({where})")

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob"} and url.netloc != urlsplit(self.origin).netloc:
            self.faults.append(f"request to a foreign host: {request.url}")


@dataclass
class Person:
    """Somebody at a browser: pages that share cookies and storage."""

    context: BrowserContext
    jupyter: JupyterProcess
    pictures: Path

    def __post_init__(self) -> None:
        self.watch = Watch(self.jupyter.url)
        self.context.on("page", self.watch.follow)

    def open(self) -> Page:
        """Open JupyterLab in a new tab of the browser, with a clean workspace."""
        page = self.context.new_page()
        page.goto(self.jupyter.lab_url)
        ready(page)
        return page

    def picture(self, page: Page, name: str) -> Path:
        """Keep what the page looks like."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        file = self.pictures / f"{name}.png"
        page.screenshot(path=file)
        return file

    def leave(self) -> None:
        """Close all tabs; whatever was wrong on them is told now."""
        self.context.set_offline(False)
        for page in self.context.pages:
            page.close()
        self.context.remove_listener("page", self.watch.follow)
        self.watch.check()


def ready(page: Page) -> None:
    """Wait until JupyterLab has started."""
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.locator('li[data-id="promptyflow-panel"]').wait_for()
    # What is brought back into the main area takes the focus.
    page.locator("#jp-main-dock-panel .lm-DockPanel-widget").first.wait_for()


def change_theme(page: Page, name: str) -> None:
    """Give JupyterLab another theme; its server exposes the application to the page."""
    # JupyterLab covers the change with its splash, which fades away for a second.
    page.add_style_tag(content="#jupyterlab-splash { display: none !important; }")
    page.evaluate(
        "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", THEMES[name]
    )
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", THEMES[name])


@contextmanager
def new_context(browser: Browser) -> Iterator[BrowserContext]:
    """Yield a browser without any memory, whose pages may use the clipboard."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def until(condition: Callable[[], Any], timeout: float = 30.0, pause: float = 0.05) -> Any:
    """Return what a condition about the server says, once it is true."""
    deadline = time.monotonic() + timeout
    while not (result := condition()):
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(pause)
    return result
