"""Somebody else at the same browser sees nothing of the person before, and sends nothing of it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from jupyter_process import running_jupyter
from lab_browser import Person, new_context, ready, until
from playwright.sync_api import expect
from workbench import Workbench

TESTS = Path(__file__).parents[1]
CUT = r"Failed to (load resource|fetch)|ERR_(CONNECTION|INTERNET|NETWORK)"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A server of several people: the cookie says who asks."""
    with running_jupyter(
        tmp_path_factory.mktemp("shared"),
        arguments=["--ServerApp.identity_provider_class=two_people.ByCookie"],
        environment={"PYTHONPATH": str(TESTS), "PROMPTYFLOW_TRUST_IDP": "1"},
    ) as jupyter:
        yield jupyter


@pytest.fixture
def person(chromium, shared, tmp_path):
    with new_context(chromium) as context:
        person = Person(context, shared, tmp_path)
        person.watch.expect(CUT)
        yield person
        person.leave()


def sign_in(person, name):
    person.context.add_cookies([{"name": "who", "value": name, "url": person.jupyter.url}])


def workbench(person):
    """Open JupyterLab as it was left, and the panel in it."""
    page = person.context.new_page()
    page.goto(f"{person.jupyter.url}lab")
    ready(page)
    return Workbench(page).open()


def texts(person, name):
    """Return every text that this person has at the server."""
    with httpx.Client(base_url=person.jupyter.url, cookies={"who": name}, timeout=60) as http:
        found = http.get("promptyflow/api/projects").raise_for_status().json()["items"]
        wholes = [
            http.get(f"promptyflow/api/projects/{one['id']}?contents=all").json() for one in found
        ]
    return [
        item["content"]
        for whole in wholes
        for block in whole["data"]["contextBlocks"]
        for item in block["items"]
    ]


def write_and_lose_the_network(panel, project, text):
    """Make a project whose last words are kept in the browser only."""
    panel.new_project(project)
    panel.add_block(f"{project} block")
    panel.add_item(f"{project} block", f"{project} item", text)
    panel.is_saved()
    panel.page.route("**/promptyflow/**", lambda route: route.abort("internetdisconnected"))
    panel.type("pf-node-text", f" {text} unsent")
    panel.has_save_state("offline")
    panel.page.wait_for_timeout(600)  # until it is on the disk, which nothing on the page shows


def test_somebody_else_finds_nothing_of_the_person_before(person):
    sent = []
    person.context.on("request", lambda request: sent.append(request.post_data or ""))
    sign_in(person, "ann")
    panel = workbench(person)
    write_and_lose_the_network(panel, "Ann's", "her words")
    panel.page.close()

    sign_in(person, "bob")
    sent.clear()
    panel = workbench(person)
    expect(panel.at("pf-projects")).to_be_visible()
    expect(panel.at("pf-project-row")).to_have_count(0)
    assert "Ann's" not in panel.page.content()
    write_and_lose_the_network(panel, "Bob's", "his words")
    assert not [body for body in sent if "her words" in body]
    assert texts(person, "ann") == ["her words"]

    # The page stays open, and somebody else signs in beside it: it shows and sends nothing more.
    sign_in(person, "ann")
    sent.clear()
    panel.page.unroute_all()
    panel.page.evaluate("() => window.dispatchEvent(new Event('online'))")
    expect(panel.at("pf-replaced")).to_be_visible()
    person.picture(panel.page, "replaced")
    assert "Bob's" not in panel.page.locator("#promptyflow-panel").inner_html()
    panel.at("pf-replaced").get_by_role("button").click()
    expect(panel.at("pf-project-row")).to_have_count(1)
    expect(panel.at("pf-project-row")).to_contain_text("Ann's")
    # What she had not saved comes now, and nothing of his.
    until(lambda: texts(person, "ann") == ["her words her words unsent"])
    assert not [body for body in sent if "his words" in body]
    panel.page.close()

    sign_in(person, "bob")
    panel = workbench(person)
    until(lambda: texts(person, "bob") == ["his words his words unsent"])
