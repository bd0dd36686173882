"""Notebooks on a Hub: each finds what is its person's, without a word, and shows no token."""

from __future__ import annotations

import pytest

START = """
import os
from promptyflow_lab import PromptyFlow
pf = PromptyFlow()
"""
WAYS = {
    "the service": "",
    "their own server, by its note": "del os.environ['PROMPTYFLOW_REMOTE_URL']",
    "their own server, by the Hub's variables": (
        "del os.environ['PROMPTYFLOW_REMOTE_URL'], os.environ['JPY_PARENT_PID']"
    ),
}
WITHOUT = "os.environ.pop('PROMPTYFLOW_URL', None); os.environ.pop('PROMPTYFLOW_TOKEN', None)"


@pytest.mark.parametrize("way", WAYS)
def test_two_people_at_once_each_find_their_own(hub, service, alice, bob, way):
    with alice.kernel("a.ipynb") as one, bob.kernel("b.ipynb") as two:
        tokens = []
        for person, kernel in (("alice", one), ("bob", two)):
            begun = kernel.run(f"import os\n{WITHOUT}\n{WAYS[way]}\n{START}\nprint(pf.url)")
            assert begun.error == ""
            is_service = begun.text.strip() in {hub.service, hub.direct}
            assert is_service == (way == "the service"), begun.text
            assert is_service or f"/user/{person}/promptyflow" in begun.text
            made = kernel.run(f"project = pf.create_project('of {person}'); print(project)")
            assert (made.error, made.text) == ("", f"<Project 'of {person}'>\n")
            token = kernel.run("print(os.environ['JUPYTERHUB_API_TOKEN'])").text.strip()
            tokens.append(token)
        names = "sorted(each.name for each in pf.projects() if each.name.startswith('of '))"
        assert "of bob" not in one.run(f"print({names})").text
        assert "of alice" not in two.run(f"print({names})").text
        project = one.run("print(project.id)").text.strip()
        assert two.run(f"pf.project({project!r})").error.startswith("NotFound")
        shown = one.run(
            "import pprint, traceback\n"
            "for thing in (pf, project, pf._session, pf._session.server):\n"
            "    print(repr(thing), getattr(thing, '_repr_html_', str)())\n"
            "    pprint.pprint(getattr(thing, '__dict__', {}))\n"
            "pf.project('nothing')"
        )
        assert shown.error.startswith("NotFound")
        for kernel in (one, two):
            assert kernel.run("project.delete()").error == ""
    for token in tokens:
        assert len(token) > 20
        assert token not in shown.text + shown.error + str(shown.data)
        assert token not in hub.log + service.log


def test_a_server_that_is_named_gets_no_token_of_another(hub, alice, bob):
    """Alice's token opens neither bob's server nor is it shown to it."""
    assert hub.service
    with alice.kernel() as kernel:
        told = kernel.run(f"{START}\nPromptyFlow({bob.url!r})")
    assert told.error.startswith("ServerNotFound: No token is known")
