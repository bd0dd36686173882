"""Every screen: accessible in all themes, Russian to the last word, harmless whatever it shows."""

from __future__ import annotations

import itertools
import json

import pytest
from lab_browser import THEMES, change_theme
from playwright.sync_api import expect
from screen_checks import PAYLOADS, axe_findings, unreachable, untranslated, words_of
from screens import Walk, World, world

# A walk cuts the network, lets changes get into each other's way, looks for what was deleted
# meanwhile, and takes in a file that is none of ours.
EXPECTED = "ERR_INTERNET_DISCONNECTED|status of 409|404.*/items/|400.*/import"


@pytest.fixture
def no_projects(api):
    """Delete what other tests left: the walk begins as a newcomer does."""
    for other in api.call("GET", "api/projects?limit=200")["items"]:
        api.call("DELETE", f"api/projects/{other['id']}")
    for template in api.call("GET", "api/templates?limit=200")["items"]:
        api.call("DELETE", f"api/templates/{template['id']}")
    api.disconnect()
    yield
    with api.jupyter.http() as http:
        for session in http.get("api/sessions").json():
            http.delete(f"api/sessions/{session['id']}").raise_for_status()


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.usefixtures("no_projects", "theme")
def test_no_screen_has_a_serious_finding_in_any_theme_and_keys_reach_all(person, api, emulator):
    person.watch.expect(EXPECTED)
    # JupyterLab's own: the splash of a change of themes goes while the next one comes.
    person.watch.expect("Failed to execute 'removeChild'")
    walk = Walk(person, api, emulator, world("en"))
    found, seen, themes = {}, [], list(THEMES)
    for screen in walk.screens():
        seen.append(screen)
        for number, theme in enumerate(themes):
            change_theme(walk.page, theme)
            rules = () if number == 0 else ("color-contrast",)
            for finding in axe_findings(walk.page, *rules):
                found.setdefault(finding, f"{screen}, {theme}")
        # To what it shows of ours, JupyterLab leads.
        ours = [place for place in walk.shown() if place not in walk.beside]
        for element in unreachable(ours):
            found.setdefault(f"no key leads to {element}", screen)
        themes.reverse()  # the next screen begins in the theme that is there
    assert not found, json.dumps(found, indent=1)
    assert len(seen) > 80


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.usefixtures("no_projects", "russian")
def test_no_screen_has_a_word_of_ours_in_english_and_plurals_are_right(person, api, emulator):
    person.watch.expect(EXPECTED)
    walk = Walk(person, api, emulator, world("ru"))
    words = words_of([walk.page.locator('li[data-id="promptyflow-panel"]')])
    english = {}
    for screen in walk.screens():
        person.picture(walk.page, f"russian-{screen}")
        found = words_of(walk.shown())
        assert found, screen
        words += found
        for word in untranslated(found):
            english.setdefault(word, screen)
    assert len(words) > 5000
    assert not english, json.dumps(english, indent=1, ensure_ascii=False)

    for count in (1, 2, 5, 21):
        blocks = [{"id": n, "title": f"Блок {n}", "items": []} for n in range(1, count + 1)]
        prompts = [{"id": n, "title": f"Промпт {n}"} for n in range(1, count + 1)]
        api.make(f"По {count}", {"contextBlocks": blocks, "promptBlocks": prompts})
    walk.at("pf-project-switch").click()
    for told in (
        "1 блок · 1 промпт",
        "2 блока · 2 промпта",
        "5 блоков · 5 промптов",
        "21 блок · 21 промпт",
    ):
        expect(walk.at("pf-project-row").filter(has_text=told)).to_be_visible()


HOSTILE_ANSWER = "\n\n".join(
    [
        "# The beginning",
        *PAYLOADS,
        "<img src='https://spy.example/2.png'> ![spy](https://spy.example/pixel.png?secret=1)",
        '<div style="background: url(https://spy.example/3.png)">styled</div>',
        "<form action='https://spy.example/'><button>Send</button></form>",
        "<link rel=stylesheet href='https://spy.example/y.css'><base href='https://spy.example/'>",
        "<object data='https://spy.example/'></object><embed src='https://spy.example/'>",
        "<video src='https://spy.example/v.mp4' autoplay></video>",
        "$\\href{javascript:window.hacked='math'}{x}$",
        "The end.",
    ]
)


def hostile_world():
    """Return a world whose every word is an attack."""
    attack = itertools.cycle(PAYLOADS)

    def node(number, subs=0):
        found = {"id": number, "title": next(attack), "content": "\n\n".join(PAYLOADS)}
        return {**found, "subItems": [node(n) for n in range(1, subs + 1)]} if subs else found

    blocks = [
        {"id": n, "title": next(attack), "items": [node(1), node(2, subs=2)]} for n in range(1, 5)
    ]
    blocks.append({"id": 9, "title": next(attack), "items": []})
    prompts = [
        {
            "id": n,
            "title": f"Attack {payload}",
            "template": f"Attack {{{{context}}}} {{{{{payload[:60]}}}}} {payload}",
            "selectedContext": [{"blockId": n, "itemId": 1, "order": 1}],
        }
        for n, payload in enumerate(PAYLOADS[:3], start=1)
    ]
    data = {"contextBlocks": blocks, "promptBlocks": prompts}
    return World(
        language="en",
        name=next(attack),
        data=data,
        asks="Attack",
        answer=HOSTILE_ANSWER,
        word="spy",
        template_word="Attack",
        file=PAYLOADS[0],
        refusal=" ".join(PAYLOADS),
        models=("gpt-4o", "gpt-4", *PAYLOADS),
    )


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.usefixtures("no_projects")
def test_nothing_on_any_screen_runs_or_asks_another_host(person, api, emulator):
    person.watch.expect(EXPECTED)
    walk = Walk(person, api, emulator, hostile_world())
    page = walk.page
    for screen in walk.screens():
        assert page.evaluate("window.hacked") is None, screen
        if screen in {"answer", "wide-answer"}:
            answer = walk.at("pf-answer-text")
            expect(answer).to_contain_text("The end.")
            links = answer.locator("a").evaluate_all("links => links.map(link => link.href)")
            assert not [link for link in links if link.startswith("javascript:")]
            assert answer.locator("script, iframe, form, object, embed, style, link").count() == 0
