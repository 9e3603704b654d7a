"""Run the program in this process: arguments in; exit code, stdout and stderr out."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from annotator.cli.main import run
from annotator.domain.model import Annotation, Fragment
from annotator.store import Store
from tests.store.support import TEXT, add, batch, claim, place


@dataclass(frozen=True)
class Result:
    """What a call left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout as JSON."""
        return json.loads(self.out)


class Call(Protocol):
    """`cli("list", "--json")`; `stdin` is what - reads."""

    def __call__(self, *arguments: object, stdin: bytes = b"") -> Result: ...


@pytest.fixture
def cli(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Call:
    """The program, in an empty folder of its own."""
    home = tmp_path / "here"
    home.mkdir(exist_ok=True)
    monkeypatch.chdir(home)

    def call(*arguments: object, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capsys.readouterr()
        code = run([str(a) for a in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        return Result(code, said.out, said.err)

    return call


@pytest.fixture
def project(cli: Call) -> Path:
    """annotations.db in the current folder: two articles, two claims of anna's, one of ben's."""
    path = Path("annotations.db")
    with Store.create(path) as store:
        for name in ("anna", "ben"):
            store.add_annotator(name)
        uid = add(store, name="bridge", title="Bridge stays shut", outlet="The Ledger")
        add(store, "Second. " + TEXT, name="second")
        version = store.scheme().version

        def made(*pieces: Fragment, annotator: str = "anna") -> Annotation:
            return replace(claim(uid, *pieces, annotator=annotator), scheme=version)

        said = made(
            place(TEXT, "“Nobody wanted this,”"),
            place(TEXT, "said.", "cue"),
            place(TEXT, "Ana Ruiz", "source"),
        )
        store.apply(batch((None, said), label="content"))
        labelled = said.with_attribute("stance", "against")
        store.apply(batch((said, labelled), label="stance: against"))
        shut = made(place(TEXT, "The harbour"), place(TEXT, "shut until May"))
        store.apply(batch((None, shut), label="content"))
        scandal = made(place(TEXT, "“a scandal”"), annotator="ben")
        store.apply(batch((None, scandal), label="content"))
    return path


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Write the user's configuration file."""

    def write(toml: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(toml, encoding="utf-8")
        monkeypatch.setenv("ANNOTATOR_CONFIG", str(path))
        return path

    return write
