"""`govapp rolls import`, with real transactions; and a spreadsheet as an office sends it."""

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import func, select

from govapp.app import commands
from govapp.core import spreadsheets
from govapp.core.db import Database
from govapp.rolls.models import RollEntry
from govapp.rolls.models.imports import RollRow
from tests.rolls import files, keeping
from tests.rolls.files import number, row

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATED = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="{kind}" Target="{target}"/></Relationships>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*rows: list[str]) -> bytes:
    """The smallest .xlsx with these cells; whole numbers are numbers in it."""
    lines = "".join(f"<row>{''.join(map(_cell, cells))}</row>" for cells in rows)
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATED.format(kind=f"{OFFICE}/officeDocument", target="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": RELATED.format(
            kind=f"{OFFICE}/worksheet", target="worksheets/sheet1.xml"
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _cell(text: str) -> str:
    if text.isdigit():
        return f"<c><v>{text}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'


@pytest.fixture
def roll_id(database: Database) -> int:
    with database.write() as session:
        return keeping.office(session).roll.id


def run(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(commands, ["rolls", *words], obj=ScriptInfo(create_app=lambda: app))


def people(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(RollEntry)) or 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_is_tried_then_taken_over(
    database: Database, own_app: Flask, roll_id: int, tmp_path: Path, kind: str
) -> None:
    path, report = tmp_path / f"people.{kind}", tmp_path / "rejected.csv"
    rows = [row(1), row(2), row(3, born="30 ก.พ. 2520"), row(1)]
    header = files.HEADER.split(",")
    path.write_bytes(files.file(*rows) if kind == "csv" else workbook(header, *rows))
    command = ("import", str(path), "--roll", str(roll_id), "--rejected", str(report))
    tried = run(own_app, *command, "--dry-run")
    assert (tried.exit_code, people(database)) == (1, 0), tried.output
    done = run(own_app, *command)
    assert done.exit_code == 1, done.output
    assert "2" in done.stdout
    assert people(database) == 2
    said = report.read_text(encoding="utf-8-sig")
    assert said.count("\n") == 3
    assert number(3) not in said + done.output
    with database.read() as session:
        left = session.scalars(select(RollRow.line).order_by(RollRow.line)).all()
    assert list(left) == [4, 5]


def test_a_file_with_other_columns_or_for_no_roll_is_refused(
    database: Database, own_app: Flask, roll_id: int, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(files.file(row(1), header=files.HEADER + ",รายได้"))
    refused = run(own_app, "import", str(path), "--roll", str(roll_id))
    assert refused.exit_code == 2
    assert "รายได้" in refused.output
    path.write_bytes(files.file(row(1)))
    assert run(own_app, "import", str(path), "--roll", "999").exit_code == 2
    assert people(database) == 0
    assert str(roll_id) in run(own_app, "list").output


def test_numbers_and_days_of_a_spreadsheet_are_read_as_typed() -> None:
    content = workbook(["a", "b"], ["1234567890121", "x"], ["", ""], ["12", "=1+1"])
    assert list(spreadsheets.read(io.BytesIO(content))) == [
        (1, ["a", "b"]),
        (2, ["1234567890121", "x"]),
        (4, ["12", "=1+1"]),
    ]
