from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from arabnews.errors import InputError
from arabnews.formats import Article, BadRecord, read_articles
from arabnews.formats.jsonl import dump_line, read_lines


def jsonl(path, *records):
    lines = (r if isinstance(r, bytes) else json.dumps(r).encode() for r in records)
    path.write_bytes(b"\n".join(lines))
    return path


def test_text_files_are_left_as_they_are(tmp_path):
    path = tmp_path / "خبر.txt"
    text = "عنوان 📰\r\n\n\u200fقَالَ الأميـــر: «لا\u2028نعم»\n"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert list(read_articles([path])) == [Article("خبر", text, None, str(path))]
    assert list(read_articles(str(path))) == list(read_articles([path]))


def test_json_lines(tmp_path):
    path = jsonl(
        tmp_path / "a.jsonl",
        b"\xef\xbb\xbf" + json.dumps({"text": "أول", "extra": 1}).encode() + b"\r",
        b"  ",
        {"text": "ثان", "id": "x", "published": "2018-02-13"},
        {"text": "", "id": 7, "published": None},
        {"text": "ثالث", "published": "2018-02-13T23:30:00+03:00"},
        '{"text": "خط\u2028واحد"}'.encode(),
    )
    found = list(read_articles([path]))
    assert [(a.id, a.text, a.published) for a in found] == [
        ("a:1", "أول", None),
        ("x", "ثان", "2018-02-13"),
        ("7", "", None),
        ("a:5", "ثالث", "2018-02-13"),
        ("a:6", "خط\u2028واحد", None),
    ]
    assert found[1].where == f"{path}:3"


@pytest.mark.parametrize(
    ("line", "id", "reason"),
    [
        (b"{", None, "broken JSON"),
        (b"[1]", None, "expected a JSON object, got list"),
        (b"[" * 100_000, None, "broken JSON"),
        (b'{"text": "\xff"}', None, "not UTF-8 (byte 10"),
        ({"id": "x"}, "x", "text: expected a string, it is missing"),
        ({"id": "x", "text": None}, "x", "text: expected a string, got None"),
        ({"text": ["ا"]}, "b:1", "text: expected a string"),
        ({"id": True, "text": ""}, None, "id: "),
        ({"id": "", "text": ""}, None, "id: "),
        ({"id": "same", "text": "آخر"}, "same", "used before"),
        (b'{"text": "' + b"x" * 300 + b'"}', None, "longer than 200 bytes"),
    ],
)
def test_one_bad_record_costs_no_other(tmp_path, line, id, reason):
    if isinstance(line, bytes) and line.startswith(b"[["):
        limit = 10**6
    else:
        limit = 200
    jsonl(tmp_path / "a.jsonl", {"id": "same", "text": "قبل"})
    jsonl(tmp_path / "b.jsonl", line, {"text": "بعد"})
    before, bad, after = read_articles([tmp_path], max_bytes=limit)
    assert (before.text, after.text, after.id) == ("قبل", "بعد", "b:2")
    assert isinstance(bad, BadRecord)
    assert bad.id == id and reason in bad.reason and bad.where == f"{tmp_path / 'b.jsonl'}:1"


@pytest.mark.parametrize("published", ["13/2/2018", "2018-02-31", "2018-02-13 أمس", 20180213])
def test_an_unusable_date_costs_a_warning_not_the_article(tmp_path, published):
    jsonl(tmp_path / "a.jsonl", {"id": "x", "text": "نص", "published": published})
    (article,) = read_articles([tmp_path])
    assert (article.id, article.text, article.published) == ("x", "نص", None)
    assert article.warning.startswith("published: expected a date")


def test_bad_text_files(tmp_path):
    (tmp_path / "a.txt").write_bytes("عنوان".encode("windows-1256"))
    (tmp_path / "b.txt").write_bytes(b"x" * 21)
    (tmp_path / "c.txt").write_text("نعم", "utf-8")
    first, second, third = read_articles([tmp_path], max_bytes=20)
    assert "not UTF-8 (byte 0)" in first.reason and "longer than 20" in second.reason
    assert third.text == "نعم"


def test_folders_are_searched_in_order(tmp_path):
    for name in ("b/2.txt", "b/1.TXT", "a/z.jsonl", "c.txt", "skip.json", "b/3.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text('{"text": "نعم"}', "utf-8")
    ids = [a.id for a in read_articles([tmp_path])]
    assert ids == ["c", "z:1", "1", "2"]
    again = list(read_articles([tmp_path / "c.txt", tmp_path / "c.txt"]))
    assert isinstance(again[1], BadRecord) and "used before" in again[1].reason


def test_wrong_paths_are_errors_at_once(tmp_path):
    (tmp_path / "a.pdf").touch()
    for paths in ([tmp_path], [tmp_path / "no.txt"], [tmp_path / "a.pdf"], []):
        with pytest.raises(InputError):
            read_articles(paths)


def test_reading_is_lazy(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", {"text": "أول"}, {"text": "ثان"})
    stream = read_articles([path])
    assert next(stream).text == "أول"
    path.write_bytes(b"")
    (tmp_path / "b.jsonl").write_text('{"text": "نعم"}', "utf-8")
    gone = read_articles([path, tmp_path / "b.jsonl"])
    path.unlink()
    bad, good = gone
    assert "cannot be read" in bad.reason and good.text == "نعم"


def test_long_lines_are_never_held_whole():
    class Endless(io.RawIOBase):
        left = 50_000_000
        largest = 0

        def readline(self, size=-1):
            self.largest = max(self.largest, size)
            n = min(size, self.left)
            self.left -= n
            return b"x" * n if n else b""

    stream = Endless()
    assert list(read_lines(stream, 1000)) == [(1, None)]
    assert stream.largest == 1001
    exact = io.BytesIO(b"x" * 10 + b"\n" + b"y" * 10 + b"\nz")
    assert [line for _, line in read_lines(exact, 10)] == [b"x" * 10, b"y" * 10, b"z"]


class Stdin:
    def __init__(self, data):
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (
            '\ufeff \n\n {"text": "أول"}\n{"text": "ثان", "id": "x"}',
            [("stdin:3", "أول"), ("x", "ثان")],
        ),
        ("عنوان\nقال: {نعم}", [("stdin", "عنوان\nقال: {نعم}")]),
        ("\ufeffعنوان", [("stdin", "عنوان")]),
        ("", [("stdin", "")]),
        ("\n\nنعم\n", [("stdin", "\n\nنعم\n")]),
    ],
)
def test_standard_input(monkeypatch, data, found):
    monkeypatch.setattr(sys, "stdin", Stdin(data.encode()))
    assert [(a.id, a.text) for a in read_articles(["-"])] == found


def test_standard_input_keeps_the_limit(monkeypatch):
    for data in (b"x" * 50, b" " * 50, b"\n" * 50, b"\n" * 9 + b"x" * 50):
        monkeypatch.setattr(sys, "stdin", Stdin(data))
        (bad,) = read_articles(["-"], max_bytes=10)
        assert "longer than 10 bytes" in bad.reason
    monkeypatch.setattr(sys, "stdin", Stdin(b'{"text": "xxxxxxxxxxxxxxxxxx"}\n{"text": ""}'))
    bad, good = read_articles(["-"], max_bytes=12)
    assert isinstance(bad, BadRecord) and good.id == "stdin:2"


def test_a_pipe_is_read_as_it_fills():
    code = (
        "from arabnews.formats.articles import read_articles\n"
        "for a in read_articles('-'): print(a.id, flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        for i in (1, 2, 3):
            process.stdin.write(b'{"text": ""}\n')
            process.stdin.flush()
            assert process.stdout.readline().strip() == f"stdin:{i}".encode()
        process.stdin.close()


def test_lone_surrogates_are_read_and_can_be_written(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", b'{"text": "\\ud800 \\ud83d\\udcf0"}')
    (article,) = read_articles([path])
    assert article.text == "\ud800 📰"
    line = dump_line({"text": article.text, "اسم": "نعم"})
    assert json.loads(line.encode("utf-8"))["text"] == article.text
    assert "نعم" in dump_line({"a": "نعم\n"}) and "\n" not in dump_line({"a": "نعم\n"})
