"""What holds of whatever is shown: axe, keys that reach it, Russian, texts that do nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screens import UNBROKEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Locator, Page

HERE = Path(__file__).parent
CATALOGUE = HERE.parent / "promptyflow_lab/locale/ru_RU/LC_MESSAGES/promptyflow_lab.json"
AXE = HERE / "node_modules/axe-core/axe.min.js"

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
        + '[data-testid=pf-run-template] label:has(+ textarea),'
        + '.pf-RunDiff-name, .pf-Table-name, .pf-Picked, [data-testid=pf-provider-models]';
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
    const groups = '[role=tree], [role=listbox], [role=tablist], [role=menu], [role=radiogroup],'
        + '.pf-Prompts ul';
    return [...root.querySelectorAll(used)].filter(element => {
        const group = element.closest(groups);
        return element.checkVisibility() && !element.disabled && element.tabIndex < 0
            && !element.closest('.pf-Row-actions, .cm-editor, .lm-Menu')
            && !(group?.id && root.querySelector(`[aria-controls="${group.id}"]`))
            && !(group && (group.tabIndex >= 0 || group.querySelector('[tabindex="0"]')));
    }).map(element => element.outerHTML.slice(0, 160));
}"""

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


def axe_findings(page: Page, *rules: str) -> list[str]:
    """Return what axe finds serious or critical; by some of its rules only, if they are named."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    found: list[str] = page.evaluate(FINDINGS, [list(rules) or None])
    return found


def unreachable(places: Iterable[Locator]) -> list[str]:
    """Return what can be clicked there and has no key that leads to it."""
    return [element for place in places for element in place.evaluate(UNREACHABLE)]


def words_of(places: Iterable[Locator]) -> list[str]:
    """Return what is read or heard there, except for what people wrote."""
    return [word for place in places for word in place.evaluate(WORDS)]


def untranslated(words: Iterable[str]) -> list[str]:
    """Return those that are a message of ours in English, or that hold no Russian word."""
    messages: dict[str, Any] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
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
