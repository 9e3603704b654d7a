"""LibreOffice opens the tables and Chromium the page: Debian's libreoffice-calc and chromium."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from annotator.domain.exchange import Document
from tests.consumers.test_other_programs import TEXT, export, polnear, sample
from tests.formats.support import article_of, claim, find


def office(source: Path, kind: str, folder: Path) -> Path:
    """Open a file in LibreOffice without a window and save it as another kind."""
    program = shutil.which("soffice") or pytest.skip("LibreOffice is not here")
    command = [str(program), "--headless", f"-env:UserInstallation=file://{folder}/profile"]
    # Comma, double quote, UTF-8; text stays text.
    importing = ["--infilter=Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false"]
    command += importing if source.suffix == ".csv" else []
    command += ["--convert-to", kind, "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder / f"{source.stem}.{kind.partition(':')[0]}"


def dangerous() -> list[Document]:
    text = "=1+1 and @SUM(A1) and -2+3, Ana said 😀."
    article = article_of(text, name="b", title="=HYPERLINK(1)")
    one = claim(
        article,
        *(find(text, "=1+1", "content"), find(text, "@SUM(A1)", "content")),
        *(find(text, "-2+3", "content"), find(text, "Ana", "source")),
        attributes={"target": "=cmd|' /C calc'!A0"},
        note="+1",
    )
    return [*sample(), Document(article, (one,))]


AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"


def test_libreoffice_opens_the_workbook_and_calculates_nothing(tmp_path: Path) -> None:
    export("xlsx", dangerous(), tmp_path / "x.xlsx")
    saved = office(tmp_path / "x.xlsx", AS_CSV, tmp_path)
    with saved.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    whole = [r for r in rows if r["layer"] == "text"]
    assert whole[0]["words"] == TEXT
    words = [r["words"] for r in rows if r["layer"] == "claim"]
    assert words[:2] == ["“It’s late,”", "“Go\u00a0home.”"]
    assert [w.lstrip("'") for w in words[5:]] == ["=1+1", "@SUM(A1)", "-2+3", "Ana"]
    assert [r["title"] for r in whole] == ["'=1+1", "'=HYPERLINK(1)"]
    texts = {r["article"]: r["words"] for r in whole}
    for row in rows:
        if row["layer"] == "claim":
            said = texts[row["article"]].removeprefix("'")[int(row["start"]) : int(row["end"])]
            assert said == row["words"].removeprefix("'")


def test_libreoffice_opens_the_table_and_calculates_nothing(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    export("csv", dangerous(), tmp_path / "x.csv")
    saved = office(tmp_path / "x.csv", "xlsx", tmp_path)
    sheet = load_workbook(saved).active
    assert sheet is not None
    cells = [c for row in sheet.iter_rows() for c in row]
    assert not [c.value for c in cells if c.data_type == "f"]
    assert {"'=1+1", "'=HYPERLINK(1)", "'@SUM(A1)", "'-2+3", TEXT} <= {c.value for c in cells}


def test_chromium_draws_the_page(tmp_path: Path) -> None:
    program = shutil.which("chromium") or pytest.skip("chromium is not here")
    export("html", polnear(1), tmp_path / "page.html")
    common = [str(program), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    common += [f"--user-data-dir={tmp_path}/profile", "--window-size=1100,1400"]
    picture = tmp_path / "page.png"
    address = f"file://{tmp_path}/page.html"
    command = [*common, f"--screenshot={picture}", address]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    print(picture)
    assert picture.stat().st_size > 20_000
    command = [*common, "--dump-dom", address]
    dom = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout.decode()
    assert "<script" not in dom
    (document,) = polnear(1)
    contents = sum(bool(a.role("content")) for a in document.annotations)
    assert dom.count('class="content"') >= contents > 0
