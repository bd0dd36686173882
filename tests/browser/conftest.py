"""One JupyterLab for the whole folder, with token and XSRF check on; Chromium for each module.

A test fails on what `lab_browser.Watch` sees. Pictures go to ``screenshots/``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from jupyter_process import running_jupyter
from lab_browser import THEMES, Api, Person, new_context, running_chromium
from notebook_page import has_kernel
from workbench import Workbench

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory):
    # The application in the page lets a test change the theme without loading anything again.
    apps = ("LabApp", "JupyterNotebookApp")
    arguments = [f"--{app}.expose_app_in_browser=True" for app in apps]
    with running_jupyter(tmp_path_factory.mktemp("jupyter"), arguments=arguments) as jupyter:
        yield jupyter


@pytest.fixture(scope="module")
def chromium():
    # Playwright's loop occupies the thread while it lives: it must be gone before other tests.
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def api(jupyter):
    return Api(jupyter)


@pytest.fixture(scope="module")
def context(chromium):
    # A warm cache halves the time JupyterLab takes to load.
    with new_context(chromium) as context:
        yield context


@pytest.fixture
def person(context, jupyter, request):
    person = Person(context, jupyter, HERE / "screenshots")
    yield person
    if request.node.stash.get(FAILED, False):
        for number, page in enumerate(context.pages, start=1):
            person.picture(page, f"failed-{request.node.originalname}-{number}")
    person.leave()


@pytest.fixture
def page(person):
    return person.open()


@pytest.fixture
def panel(page):
    """The workbench in the side panel, opened."""
    return Workbench(page).open()


@pytest.fixture
def notebook(page, jupyter):
    """A new notebook beside the panel, whose kernel is ready."""
    page.locator('.jp-LauncherCard[data-category="Notebook"]').first.click()
    notebook = page.locator(".jp-NotebookPanel")
    notebook.wait_for()
    has_kernel(page)
    yield notebook
    with jupyter.http() as http:
        for session in http.get("api/sessions").json():
            http.delete(f"api/sessions/{session['id']}").raise_for_status()


@pytest.fixture
def theme(api):
    """Return what gives JupyterLab another theme, by name."""
    plugin = "@jupyterlab/apputils-extension:themes"
    yield lambda name: api.setting(plugin, theme=THEMES[name])
    api.setting(plugin)


@pytest.fixture
def russian(api):
    """JupyterLab speaks Russian."""
    api.setting("@jupyterlab/translation-extension:plugin", locale="ru_RU")
    yield
    api.setting("@jupyterlab/translation-extension:plugin")
