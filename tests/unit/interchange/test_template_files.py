"""Texts and zips of texts become templates; what could do harm is refused before it is unpacked."""

from __future__ import annotations

import io
import zipfile

import pytest

from promptyflow_lab.domain import DocumentError, SizeLimitError, TextError
from promptyflow_lab.domain.interchange import (
    is_zip,
    looks_like_json,
    read_text_file,
    read_zip,
)


def packed(*files, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Short_summary.txt", "Short summary"),
        ("Краткий_пересказ.md", "Краткий пересказ"),
        ("folder/v1.2_plan.MD", "v1.2 plan"),
        ("C:\\texts\\one.txt", "one"),
        ("no extension", "no extension"),
        (".txt", ".txt"),
    ],
)
def test_the_name_of_a_file_makes_the_title(name, title):
    assert read_text_file(b"x", name).title == title


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_stays_as_it_is(encoding):
    text = " [КОНТЕКСТ]\r\n\n{{who}} 😀 "
    assert read_text_file(text.encode(encoding), "x").content == text


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\xff", "п".encode("cp1251")])
def test_what_is_no_text_is_refused(content):
    with pytest.raises(DocumentError) as refused:
        read_text_file(content, "x.txt")
    assert (refused.value.path, refused.value.reason) == ("x.txt", "not_text")


@pytest.mark.parametrize("name", ["", "_.txt", "x" * 201 + ".txt"])
def test_a_name_that_makes_no_title_is_refused(name):
    with pytest.raises(DocumentError) as refused:
        read_text_file(b"x", name)
    assert refused.value.reason == "title"


def test_what_cannot_be_kept_is_refused():
    with pytest.raises(TextError):
        read_text_file(b"a\0b", "x")
    with pytest.raises(SizeLimitError) as refused:
        read_text_file(b"x" * 1_000_001, "x")
    assert (refused.value.limit, refused.value.actual) == (1_000_000, 1_000_001)


@pytest.mark.parametrize("text", ['{"a": 1}', "{}", ' \n{ "a', "[{", '["a"]', "[1]", "[]"])
def test_json_is_told_by_its_beginning(text):
    assert looks_like_json(text.encode())


@pytest.mark.parametrize("text", ["{{context}}", "[КОНТЕКСТ]", "{x}", "", "# {", "[link](x)", "42"])
def test_a_template_is_not_taken_for_json(text):
    assert not looks_like_json(text.encode())


def test_a_zip_of_texts_without_what_systems_leave_in_it():
    content = packed(
        ("a/Первый_шаблон.txt", "раз"),
        ("b.md", "two"),
        ("__MACOSX/a/._b.md", b"\xff"),
        ("a/.DS_Store", b"\xff"),
        ("a/", ""),
    )
    assert is_zip(content)
    files = [(file.title, file.content) for file in read_zip(content)]
    assert files == [("Первый шаблон", "раз"), ("b", "two")]


def test_names_that_windows_wrote_in_russian():
    content = packed(("zzzzzz.txt", "x")).replace(b"zzzzzz", "Пример".encode("cp866"))
    assert [file.title for file in read_zip(content)] == ["Пример"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", b"\xff\xfe\x00\x01\xff"), ("inner.zip", packed(("x", "x"))), ("p.json", '{"a": 1}')],
)
def test_a_zip_with_something_else_in_it_is_refused_with_its_name(name, content):
    with pytest.raises((DocumentError, TextError)) as refused:
        read_zip(packed(("good.txt", "x"), (name, content)))
    assert refused.value.path == name


def test_a_hundred_files_pass_and_one_more_does_not():
    files = [(f"{n}.txt", "x") for n in range(101)]
    assert len(read_zip(packed(*files[:100]))) == 100
    with pytest.raises(SizeLimitError) as refused:
        read_zip(packed(*files))
    assert (refused.value.what, refused.value.limit, refused.value.actual) == ("files", 100, 101)


def test_a_file_over_ten_megabytes_is_refused_unread():
    with pytest.raises(SizeLimitError) as refused:
        read_zip(packed(("large.txt", b"x" * 10_000_001), method=zipfile.ZIP_STORED))
    assert (refused.value.path, refused.value.actual) == ("large.txt", 10_000_001)


def test_a_bomb_is_refused_by_how_much_larger_it_would_become():
    bomb = packed(*((f"{n}.txt", b"0" * 9_000_000) for n in range(20)))
    assert len(bomb) < 1_000_000
    with pytest.raises(SizeLimitError) as refused:
        read_zip(bomb)
    assert (refused.value.what, refused.value.actual) == ("unpacked", 180_000_000)
    assert refused.value.limit == 100 * len(bomb)


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_told():
    content = bytearray(packed(("x.txt", b"0" * 9_000_000)))
    told = (9_000_000).to_bytes(4, "little")
    while (place := content.find(told)) >= 0:
        content[place : place + 4] = (50).to_bytes(4, "little")
    with pytest.raises(DocumentError) as refused:
        read_zip(bytes(content))
    assert refused.value.reason == "damaged_zip"


def test_a_damaged_zip_is_refused_wherever_it_is_damaged():
    whole = packed(("a.txt", "some text " * 50), ("b.txt", "other"))
    for end in range(1, len(whole), 7):
        with pytest.raises(DocumentError):
            read_zip(whole[:end])
    for place in range(0, len(whole), 3):
        broken = bytearray(whole)
        broken[place] ^= 0xFF
        try:
            read_zip(bytes(broken))
        except (DocumentError, SizeLimitError, TextError) as error:
            assert error.path  # noqa: PT017 - some damage does not matter


def test_a_zip_without_files_and_one_with_a_password_are_refused():
    with pytest.raises(DocumentError) as refused:
        read_zip(packed())
    assert refused.value.reason == "empty_zip"
    content = bytearray(packed(("x.txt", "x")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + offset] |= 1
    with pytest.raises(DocumentError) as refused:
        read_zip(bytes(content))
    assert (refused.value.path, refused.value.reason) == ("x.txt", "protected_zip")
