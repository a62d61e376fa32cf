"""Lines of several processes on one stream, or in a file for each."""

import io

from hub.runtime import output
from hub.runtime.output import FileOutput, PrefixedOutput


def test_each_line_follows_the_name_of_its_process():
    stream = io.StringIO()
    lines = PrefixedOutput(stream, ["web", "intake"])
    lines.line("web", b"up")
    lines.line("intake", b"caf\xe9")
    lines.close()
    assert stream.getvalue() == "web    | up\nintake | caf\\xe9\n"


def test_names_have_colours_of_their_own_on_a_terminal():
    stream = io.StringIO()
    lines = PrefixedOutput(stream, ["a", "b"], colour=True)
    lines.line("a", b"x")
    lines.line("b", b"x")
    first, second = stream.getvalue().splitlines()
    assert first.startswith("\x1b[36ma |\x1b[0m ")
    assert second.startswith("\x1b[33mb |")


def test_files_grow_over_restarts(tmp_path):
    for text in (b"one", b"two"):
        lines = FileOutput(tmp_path / "logs")
        lines.line("web", text)
        lines.close()
    assert (tmp_path / "logs" / "web.log").read_bytes() == b"one\ntwo\n"


def test_a_full_file_is_set_aside(tmp_path, monkeypatch):
    monkeypatch.setattr(output, "_MAX_BYTES", 3)
    lines = FileOutput(tmp_path)
    lines.line("web", b"long")
    lines.line("web", b"x")
    lines.close()
    assert (tmp_path / "web.log").read_bytes() == b"x\n"
    assert (tmp_path / "web.log.1").read_bytes() == b"long\n"
