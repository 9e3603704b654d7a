"""Inputs that nobody should have to think of: broken, binary, wrong, huge, and out to trick.

`cases(seed)` makes one case from a seed, always the same one. A case is a folder's worth of files
and the arguments of one call of `add` or `import`.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

TEXT: Final = (
    "Harbour bridge stays shut\n\nBy Jo Roe\n\nThe bridge will stay shut, the council said.\n\n"
    "“Nobody wanted this,” Ana Ruiz said. “I did not.”\n\n👩‍👩‍👧 and e\u0301 said nothing.\n"
)
RECORD: Final = {
    "id": "a1",
    "title": "Bridge",
    "text": TEXT,
    "outlet": "Ledger",
    "date": "2031-01-02",
}
DOCUMENTS: Final = {
    "a.txt": TEXT,
    "a.md": f"---\ntitle: Bridge\ndate: 2031-01-02\n---\n# Bridge\n\n{TEXT}",
    "a.html": f"<html><head><title>Bridge</title></head><body><article><p>{TEXT}</p></article>",
    "a.jsonl": "\n".join(json.dumps({**RECORD, "id": f"a{i}"}) for i in range(3)),
    "a.json": json.dumps([RECORD, {**RECORD, "id": "a2"}]),
    "a.csv": f'title,text,date\nBridge,"{TEXT}",2031-01-02\nOther,"{TEXT} More.",\n',
    "a.tsv": "title\ttext\nBridge\tThe bridge stays shut, he said.\n",
}
ESCAPES: Final = ("\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "\u202e", "\r\n\r", "\x08" * 20, "\x00")
TRICKS: Final = (
    "../../../etc/passwd", "/etc/passwd", "..\\..\\boot.ini", "CON", "file:///etc/passwd",
    "~root", "$(reboot)", "`reboot`", "%s%s%n", "'; DROP TABLE article; --", "-rf",
    "\x1b[31m.txt", "a\nb.txt", "\u202etxt.exe", "a" * 5000, "", ".", "..", "/", "nul\x00byte",
    "*" * 50, "[", "**/**/**", "\udcff",
)  # fmt: skip


@dataclass
class Case:
    """One call: its arguments, and what it was about."""

    arguments: list[str]
    kind: str
    stdin: bytes = b""
    files: dict[str, bytes] = field(default_factory=dict)
    after: Callable[[], None] | None = None
    """Does what `files` cannot say, such as making a link."""

    def lay(self) -> None:
        """Put the files into the current folder."""
        for name, content in self.files.items():
            Path(name).write_bytes(content)
        if self.after:
            self.after()


# -------------------------------------------------------------------------------- damage to bytes
def truncated(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def flipped(rng: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.randint(1, 20)):
        out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def spliced(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.randbytes(rng.randint(1, 300)) + data[at:]


def shuffled(rng: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines)


def escaped(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.choice(ESCAPES).encode() + data[at:]


def repeated(rng: random.Random, data: bytes) -> bytes:
    return (data.replace(b"\n", b" ") * (1 + 200_000 // len(data)))[: rng.randint(1, 200_000)]


def replaced(rng: random.Random, data: bytes) -> bytes:
    wholly: tuple[bytes, ...] = (
        b"",
        b" \n\t\n",
        b"\x00" * 100,
        rng.randbytes(rng.randint(1, 3000)),
        b"\xef\xbb\xbf",
        b"\xff\xfe" + rng.randbytes(31),
        b"%PDF-1.7\n" + rng.randbytes(100),
        b"PK\x03\x04" + rng.randbytes(100),
        b"SQLite format 3\x00" + bytes(84),
        b"\x1f\x8b\x08" + rng.randbytes(60),
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"<a>" * 20_000,
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
        b"<?xml version='1.0'?><!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>",
        b'"' + b"a,b\n" * 3000,
        b"\xed\xa0\x80",
        b"\xc3(",
        b"NaN",
        b"null",
        b"1e400",
        b"-" * 1000,
        b"\n" * 50_000,
        data.decode().encode("utf-16-le"),
    )
    return rng.choice(wholly)


DAMAGE: Final = (truncated, flipped, spliced, shuffled, escaped, repeated, replaced)

# -------------------------------------------------------------------------------- damage to values
ODD: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 1.5, 10**30, "", " ", "\x00", "\ud83d", "\x1b[31m", [], {}, [[]], {"a": {}},
    ["text"], "../../x", "a" * 3000, float("inf"), "\u202e",
)  # fmt: skip


def odd_value(rng: random.Random, value: Any) -> Any:
    """The same JSON value with something inside it changed, dropped, doubled or added."""
    if isinstance(value, dict) and value and rng.random() < 0.8:
        out = dict(value)
        key = rng.choice(sorted(out))
        what = rng.randrange(5)
        if what == 0:
            del out[key]
        elif what == 1:
            out[rng.choice(TRICKS) or "empty"] = out[key]
        elif what == 2:
            out[key] = rng.choice(ODD)
        else:
            out[key] = odd_value(rng, out[key])
        return out
    if isinstance(value, list) and value and rng.random() < 0.8:
        out_list = list(value)
        at = rng.randrange(len(out_list))
        what = rng.randrange(4)
        if what == 0:
            del out_list[at]
        elif what == 1:
            out_list.insert(at, out_list[at])
        else:
            out_list[at] = odd_value(rng, out_list[at])
        return out_list
    if isinstance(value, int) and not isinstance(value, bool) and rng.random() < 0.7:
        return value + rng.choice((-1, 1, 10_000, -10_000, 2**40))
    return rng.choice(ODD)


def odd_lines(rng: random.Random, lines: list[Any]) -> bytes:
    """JSON lines, some of them changed."""
    out = [dict(x) for x in lines]
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(out))
        out[at] = odd_value(rng, out[at])
    return "\n".join(json.dumps(x) for x in out).encode("utf-8", "surrogatepass")


# ------------------------------------------------------------------------------------- the cases
def _damaged_file(rng: random.Random) -> Case:
    name = rng.choice(sorted(DOCUMENTS))
    damage = rng.choice(DAMAGE)
    content = damage(rng, DOCUMENTS[name].encode())
    return Case(["add", name], f"{name} {damage.__name__}", files={name: content})


def _odd_records(rng: random.Random) -> Case:
    content = odd_lines(rng, [{**RECORD, "id": f"a{i}"} for i in range(3)])
    if rng.random() < 0.5:
        return Case(["add", "a.jsonl"], "odd jsonl", files={"a.jsonl": content})
    value = odd_value(rng, [RECORD, RECORD])
    body = json.dumps(value).encode("utf-8", "surrogatepass")
    return Case(["add", "a.json"], "odd json", files={"a.json": body})


def _odd_table(rng: random.Random) -> Case:
    header = rng.sample(["title", "text", "date", "body", "x", "", "\x1b[1m", "text"], k=4)
    rows = [
        [rng.choice([*TRICKS, *ESCAPES, "cell", '"', TEXT]) for _ in range(rng.randint(0, 6))]
        for _ in range(rng.randint(0, 5))
    ]
    mark = rng.choice([",", ";", "\t", "|", "", "\x00"])
    text = "\n".join(mark.join(row) for row in [header, *rows])
    more = rng.choice(
        [[], ["--text-column", "nowhere"], ["--text-column", "x"], ["--delimiter", ";;"],
         ["--delimiter", mark or ","], ["--encoding", "no-such"], ["--encoding", "hex"],
         ["--title-column", ""]]
    )  # fmt: skip
    files = {"a.csv": text.encode("utf-8", "surrogateescape")}
    if any("\x00" in m for m in more):
        more = []
    return Case(["add", "a.csv", *more], "odd table", files=files)


def _odd_path(rng: random.Random) -> Case:
    trick = rng.choice(TRICKS)
    if trick.startswith("-"):
        return Case(["add", "--", trick], "path")
    if trick in {"/", ".", ".."} or trick.startswith(("/etc", "**", "*")):
        trick = f"nowhere/{trick.strip('/')}"  # not a tour of the machine
    return Case(["add", trick], "path")


def _odd_name(rng: random.Random) -> Case:
    name = rng.choice(
        ["\x1b[31m.txt", "a\nb.txt", "\u202eb.txt", "-x.txt", "a.csv.txt", "\udcff.txt"]
    )
    content = replaced(rng, TEXT.encode())
    return Case(["add", "--", name], "file name", files={name: content})


def _odd_folder(rng: random.Random) -> Case:
    def loop() -> None:
        Path("folder").mkdir()
        Path("folder/again").symlink_to("..")
        Path("folder/gone.txt").symlink_to("nowhere")
        os.mkfifo("folder/pipe.txt")

    return Case(
        ["add", rng.choice(["folder", "folder/*", "folder/**/*.txt"])], "folder", after=loop
    )


def _odd_stdin(rng: random.Random) -> Case:
    format_ = rng.choice(["text", "markdown", "html", "jsonl", "json", "csv", "tsv"])
    stdin = rng.choice(DAMAGE)(rng, rng.choice(sorted(DOCUMENTS.values())).encode())
    return Case(["add", "-", "--format", format_], f"stdin as {format_}", stdin=stdin)


def _database_as_text(rng: random.Random) -> Case:
    return Case(["add", "annotations.db", *rng.choice([[], ["--format", "csv"]])], "the database")


def _damaged_import(rng: random.Random, export: bytes, form: str) -> Case:
    damage = rng.choice(DAMAGE)
    content = damage(rng, export)
    return Case(
        ["import", form, "in.file", "--as", "anna"],
        f"import {form} {damage.__name__}",
        files={"in.file": content},
    )


def _odd_import(rng: random.Random, export: bytes, form: str) -> Case:
    lines = [json.loads(line) for line in export.splitlines()]
    return Case(
        ["import", "jsonl", "in.jsonl", "--as", "anna", *rng.choice([[], ["--new-ids"]])],
        "import odd jsonl",
        files={"in.jsonl": odd_lines(rng, lines)},
    )


def _odd_import_path(rng: random.Random, export: bytes, form: str) -> Case:
    trick = rng.choice([t for t in TRICKS if t not in {"/", "..", "."} and not t.startswith("/")])
    return Case(["import", form, "--as", "anna", "--", f"x/{trick}"], f"import {form} path")


ADD: Final = (
    *[_damaged_file] * 6,
    *[_odd_records] * 4,
    *[_odd_table] * 3,
    _odd_path,
    _odd_name,
    _odd_folder,
    *[_odd_stdin] * 2,
    _database_as_text,
)
IMPORT: Final = (*[_damaged_import] * 3, *[_odd_import] * 5, _odd_import_path)


def case(seed: int, export: bytes, forms: list[str]) -> Case:
    """The case of a seed.

    Args:
        seed: Its number.
        export: A good export in the native format, to be damaged.
        forms: Names of the formats that can be imported.
    """
    rng = random.Random(seed)
    if rng.random() < 0.6:
        return rng.choice(ADD)(rng)
    return rng.choice(IMPORT)(rng, export, rng.choice(forms))
