"""Bringing areas in from a file: all that can stand, nothing half, and a reason for every other line."""

import csv
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from govapp.app import commands, create_app
from govapp.areas import forms, queries
from govapp.areas.actions import Imported, add_provinces, import_areas
from govapp.areas.models import Area, AreaKind, Region
from govapp.core import clock, text
from govapp.core.audit import AuditEntry
from govapp.core.db import Database
from govapp.core.errors import Unreadable
from tests import statements
from tests.areas.files import HEADER, lines, many
from tests.conftest import config

DISTRICT = "5001,district,เมืองเชียงใหม่,Mueang Chiang Mai,50,,,,"
TAMBON = "500101,sub-district,ศรีภูมิ,Si Phum,5001,,,,"
SAO = "6500001,อบต.,อบต. ทดสอบ,,5001,,1997-02-23,,"
GOOD = (TAMBON, SAO, DISTRICT)


def take(session: Session, *rows: str) -> Imported:
    return import_areas(session, None, forms.read(lines(*rows)))


def counts(imported: Imported) -> tuple[int, int, int, int]:
    return imported.added, imported.changed, imported.unchanged, len(imported.rejected)


def find(session: Session, code: str) -> Area:
    found = queries.by_code(session, code)
    assert found is not None
    return found


def test_the_file_of_provinces_is_such_a_file(session: Session) -> None:
    content = (files("govapp.areas") / "provinces.csv").read_bytes()
    assert counts(import_areas(session, None, forms.read(content))) == (0, 0, 78, 0)
    found = queries.provinces(session)
    assert [area.code for area in found if area.kind is AreaKind.BANGKOK] == ["10"]
    regions = [area.region for area in found]
    sizes = {region: regions.count(region) for region in Region}
    assert list(sizes.values()) == [17, 20, 17 + 1, 8, 11, 3]  # 76 provinces, and Bangkok with the centre
    assert add_provinces(session, None) == 0


def test_areas_are_added_then_unchanged_then_changed(session: Session) -> None:
    assert counts(take(session, *GOOD)) == (3, 0, 0, 0)
    assert counts(take(session, *GOOD)) == (0, 0, 3, 0)
    assert [a.code for a in queries.ancestors(session, find(session, "500101"))] == ["TH", "50", "5001"]
    raised = SAO.replace("อบต.,", "เทศบาลตำบล,", 1)
    assert counts(take(session, TAMBON, raised)) == (0, 1, 1, 0)
    assert find(session, "6500001").kind is AreaKind.SUBDISTRICT_MUNICIPALITY
    events = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.event for entry in events] == ["AreasAdded"] + ["AreasImported"] * 3
    assert events[-1].details == {"added": 0, "changed": 1, "unchanged": 1, "rejected": 0}


def test_digits_spaces_and_words_are_read_as_people_write_them(session: Session) -> None:
    thai = '"๕๐ ๐๑",อำเภอ," เมือง  เชียงใหม่ ",,๕๐,,๑ เม.ย. ๒๔๔๓,,'
    province = "๕๐,จังหวัด,เชียงใหม่,Chiang Mai,TH,ภาคเหนือ,,,"
    for mark in (b"", b"\xef\xbb\xbf"):
        file = forms.read(mark + lines(thai, "", province, ",,,,,,,,"))
        assert not file.rejected
        district, same = file.entries
        assert (district.code, district.parent_code, district.name_th) == ("5001", "50", "เมือง เชียงใหม่")
        assert (district.opened_on, district.line) == (date(1900, 4, 1), 2)
        assert (same.region, same.line) == (Region.NORTH, 4)
    assert counts(import_areas(session, None, file)) == (1, 0, 1, 0)


def test_columns_may_stand_in_any_order() -> None:
    names, row = HEADER.split(",")[::-1], DISTRICT.split(",")[::-1]
    file = forms.read(lines(",".join(["7", *row]), header=",".join(["line", *names])))
    assert [(entry.code, entry.parent_code) for entry in file.entries] == [("5001", "50")]


def test_an_area_closes_merges_and_is_shown_with_what_replaced_it(session: Session) -> None:
    take(session, *GOOD)
    closed = SAO[:-1] + "2550-08-01,6500002"
    assert counts(take(session, closed)) == (0, 0, 0, 1)
    new = "6500002,เทศบาลตำบล,เทศบาลตำบลทดสอบ,,5001,,1 ส.ค. 2550,2556-08-01,6500003"
    last = "6500003,เทศบาลเมือง,เทศบาลเมืองทดสอบ,,50,,,,"
    assert counts(take(session, closed, new, last)) == (2, 1, 0, 0)
    area = find(session, "6500001")
    assert area.closed_on == date(2007, 8, 1)
    assert [a.code for a in queries.replaced_by(session, area)] == ["6500002", "6500003"]
    assert [a.code for a in queries.merged_here(session, find(session, "6500002"))] == ["6500001"]
    assert counts(take(session, SAO)) == (0, 1, 0, 0), "a closing can be taken back"
    assert queries.replaced_by(session, find(session, "6500001")) == []


def test_earlier_names_are_kept_and_found(session: Session) -> None:
    take(session, DISTRICT)
    with clock.stopped(datetime(2026, 11, 22, 20, tzinfo=UTC)):  # the 23rd in Bangkok
        take(session, DISTRICT.replace("เมืองเชียงใหม่", "เวียงใหม่"))
    take(session, DISTRICT.replace("เมืองเชียงใหม่", "เวียงใหม่").replace("Mueang", "MUEANG"))
    area = find(session, "5001")
    assert area.name_en == "MUEANG Chiang Mai"
    assert area.earlier_names == [
        {"name_th": "เมืองเชียงใหม่", "name_en": "Mueang Chiang Mai", "until": "2026-11-23"}
    ]
    assert queries.search(session, "เมืองเชียงใหม่")[0] == [area]
    assert area.sort_key == text.sort_key("เวียงใหม่")


LONG = "ก" * 201
FAULTS = [
    ("5001,district,เมือง,,50,,,", "It has 8 cells, not 9"),
    ("5001,,เมือง,,50,,,,", "kind is empty"),
    ("5001,village,เมือง,,50,,,,", "kind is not one of country, province, bangkok, district"),
    ("x,elsewhere,ที่อื่น,,,,,,", "kind is not one of"),
    (",district,เมือง,,50,,,,", "code is empty"),
    ("5001,district, ,,50,,,,", "name_th is empty"),
    ("501,district,เมือง,,50,,,,", "code needs 4 figures for this kind: 501"),
    ("50A1,district,เมือง,,50,,,,", "code needs 4 figures"),
    ("x-1,อบต.,อบต.,,50,,,,", "code is no official code: x-1"),
    ("a/b,อบต.,อบต.,,50,,,,", "code is no official code: a/b"),
    (f"5001,district,{LONG},,50,,,,", "name_th is longer than 200 characters"),
    ("5001,district,เม\x07อง,,50,,,,", "name_th holds a character that cannot be shown"),
    ("5001,district,เมือง,,50,north,,,", "A province must have a region"),
    ("50,province,เชียงใหม่,,TH,,,,", "A province must have a region"),
    ("50,province,เชียงใหม่,,TH,west,,,", "region is not one of north, northeast"),
    ("5001,district,เมือง,,50,,31/2/2550,,", "opened_on: There is no such day"),
    ("5001,district,เมือง,,50,,2550-01-02,2550-01-02,", "closed_on must be after opened_on"),
    ("5001,district,เมือง,,50,,,,5002", "An area that was merged is closed"),
    ("5001,district,เมือง,,99,,,,", "There is no area with the parent_code 99"),
]


@pytest.mark.parametrize(("row", "reason"), FAULTS)
def test_a_wrong_line_is_rejected_with_its_number_and_reason(session: Session, row: str, reason: str) -> None:
    imported = take(session, "5002,district,จอมทอง,Chom Thong,50,,,,", row)
    assert [line.line for line in imported.rejected] == [3]
    assert reason in str(imported.rejected[0].reason)
    assert imported.added == 1


def test_a_code_stands_once_in_a_file() -> None:
    file = forms.read(lines("5001,village,ผิด,,50,,,,", DISTRICT, DISTRICT))
    assert [(line.line, str(line.reason)[:8]) for line in file.rejected] == [(2, "kind is "), (4, "The code")]
    assert "on line 3 already" in str(file.rejected[1].reason)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Look at: code, kind"),
        (lines(DISTRICT, header=HEADER.replace("region", "ภาค")), "Look at: region, ภาค"),
        (lines(DISTRICT, header=HEADER + ",code"), "Look at: code"),
        (lines(DISTRICT, header=HEADER.replace(",", ";")), "Look at: code"),
        (HEADER.encode() + b"\n5001,district,\xe0\xc1\xd7\xcd\xa7,,50,,,,\n", "Line 2 is not in UTF-8"),
        (lines(DISTRICT, '"5002'), "Line 3 is no CSV"),
        (lines(DISTRICT).decode().encode("utf-16"), "Line 1 is not in UTF-8"),
    ],
)
def test_another_file_is_refused_as_a_whole(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        forms.read(content)


def counted(session: Session, content: bytes) -> tuple[Imported, int]:
    """What became of the file, and how many statements that took."""
    file = forms.read(content)
    with statements.noted(session) as seen:
        return import_areas(session, None, file), len(seen)


def test_many_rows_are_few_statements(session: Session) -> None:
    """Ten times the rows need as many statements, as long as they fit in one chunk."""
    add_provinces(session, None)
    imported, few = counted(session, many(120, 80))
    assert counts(imported) == (202, 0, 0, 0)
    content = many(1_000, 1_000)
    imported, count = counted(session, content)
    assert sum(counts(imported)) == imported.added + imported.changed + imported.unchanged >= 2_000
    assert imported.added > 1_700
    assert count <= few + 3 <= 20
    changed, count = counted(session, content.replace("เก่า".encode(), "ใหม่".encode()))
    assert counts(changed)[:2] == (0, 1_000)
    assert count <= 20


def govapp(app: Flask, *arguments: str) -> Result:
    info = ScriptInfo(create_app=lambda: app)
    return CliRunner().invoke(commands, ["areas", *arguments], obj=info)


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Flask:
    app = create_app(config(instance=str(tmp_path), language="en"))
    app.extensions["database"].engine.dispose()
    app.extensions["database"] = database
    return app


def size(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Area)) or 0


def test_the_command_imports_tries_and_reports(site: Flask, database: Database, tmp_path: Path) -> None:
    file, report = tmp_path / "areas.csv", tmp_path / "rejected.csv"
    file.write_bytes(lines(*GOOD))
    trial = govapp(site, "import", str(file), "--dry-run")
    assert (trial.exit_code, size(database)) == (0, 0)
    assert trial.stdout == "added 3, changed 0, unchanged 0, rejected 0\n"
    assert "This was a trial" in trial.stderr
    assert govapp(site, "import", str(file)).exit_code == 0
    assert size(database) == 78 + 3

    file.write_bytes(lines("=1+1,อบต.,@ชื่อ,,50,,,,", DISTRICT, "-1,อบต.,ก"))
    told = govapp(site, "import", str(file))
    assert (told.exit_code, told.stdout) == (1, "added 0, changed 0, unchanged 1, rejected 2\n")
    assert "areas.csv:2: code is no official code: =1+1" in told.stderr
    assert "areas.csv:4: It has 3 cells, not 9" in told.stderr
    written_down = govapp(site, "import", str(file), "--rejected", str(report))
    assert written_down.exit_code == 1
    assert "areas.csv:2" not in written_down.stderr
    first, second = csv.DictReader(report.read_text("utf-8-sig").splitlines())
    assert (first["line"], first["code"], first["name_th"]) == ("2", "'=1+1", "'@ชื่อ")
    assert (second["line"], second["code"], second["name_th"]) == ("4", "'-1", "ก")
    assert second["merged_into_code"] == ""

    mended = report.read_text("utf-8-sig").replace("'=1+1", "1").replace("'@", "").replace("'-1", "2")
    report.write_text(mended, "utf-8-sig")
    assert "added 1, changed 0, unchanged 0, rejected 1" in govapp(site, "import", str(report)).stdout


def test_the_command_refuses_what_it_cannot_read_or_write(
    site: Flask, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "areas.csv"
    file.write_bytes(b"\xff\xfe")
    refused = govapp(site, "import", str(file))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "areas.csv: Line 1 is not in UTF-8" in refused.stderr
    file.write_bytes(lines(*GOOD))
    assert govapp(site, "import", str(file), "--rejected", str(file)).exit_code == 2
    assert govapp(site, "import", str(tmp_path / "none.csv")).exit_code == 2
    assert govapp(site, "import", str(file), "--rejected", str(tmp_path / "no" / "out.csv")).exit_code == 2
    assert size(database) == 0, "without its report nothing is imported"
    assert file.read_bytes() == lines(*GOOD)


def test_the_provinces_come_by_a_command_too(site: Flask, database: Database) -> None:
    assert govapp(site, "provinces").stdout == "78 areas added.\n"
    assert govapp(site, "provinces").stdout == "0 areas added.\n"
    assert size(database) == 78


def test_nothing_is_half_written_when_something_breaks(
    site: Flask, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "areas.csv"
    file.write_bytes(lines(*GOOD))
    govapp(site, "provinces")
    with database.write.begin() as session:
        session.execute(sql("ALTER TABLE audit_entries RENAME TO elsewhere"))
    broken = govapp(site, "import", str(file))
    assert isinstance(broken.exception, DatabaseError)
    assert size(database) == 78
    with database.write.begin() as session:
        session.execute(sql("ALTER TABLE elsewhere RENAME TO audit_entries"))
    assert govapp(site, "import", str(file)).exit_code == 0
    assert size(database) == 78 + 3
