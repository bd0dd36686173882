"""What cannot be on the command line is refused by its name, before anything is done."""

from __future__ import annotations

import pytest

from promptyflow_server.cli import main


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("serve --port 65536", "--port"),
        ("serve --port http", "--port"),
        ("audit --limit 0", "--limit"),
        ("audit --limit 99999999999999999999", "--limit"),
        ("audit --days nan", "--days"),
        ("audit --days 1e9", "--days"),
        ("token ann --days=-1", "--days"),  # which is not for ever
        ("token ann --days 99999999", "--days"),
        ("token \t", "user"),
        ("token a\nb", "user"),
    ],
)
def test_what_cannot_be_is_refused(command, told, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--data-dir", str(tmp_path), *command.split(" ")])
    assert ended.value.code == 2
    assert f"argument {told}: " in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
