"""The front end stays small: what JupyterLab loads before the panel is shown, and all of it."""

from __future__ import annotations

from urllib.parse import urlsplit

from bundle import compressed_at_start, compressed_in_all, files_at_start
from lab_browser import ready
from playwright.sync_api import expect


def test_the_bundle_is_small_before_the_panel_is_shown_and_in_all(person, api):
    page = person.context.new_page()
    loaded = set()
    page.on("response", lambda response: loaded.add(urlsplit(response.url).path))
    page.goto(api.jupyter.lab_url)
    ready(page)
    ours = {path.rpartition("/")[2] for path in loaded if "/promptyflow-lab/static/" in path}
    assert ours == files_at_start()
    assert not [path for path in loaded if "/promptyflow/api/" in path]
    assert compressed_at_start() < 60 * 1024
    assert compressed_in_all() < 250 * 1024
    expect(page.locator("#promptyflow-panel")).to_be_hidden()
