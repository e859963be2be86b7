"""The columns a file of people may have, by what offices call them; any other column is refused by name."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from govapp.core.errors import Unreadable
from govapp.core.language import N_
from govapp.core.text import search_text


class Column(StrEnum):
    NUMBER = "citizen_number"
    CASE_NUMBER = "case_number"
    TITLE = "title"
    GIVEN = "given_name"
    FAMILY = "family_name"
    BORN = "birth_date"
    DISTRICT = "district"
    STANDING = "status"
    HOUSE = "house"
    VILLAGE = "village"
    LANE = "lane"
    ROAD = "road"
    SUBDISTRICT = "sub_district"
    AMPHOE = "amphoe"
    PROVINCE = "province"
    POSTCODE = "postcode"


C = Column
NAMES: Mapping[Column, str] = {  # the first is the one we write ourselves
    C.NUMBER: "เลขประจำตัวประชาชน|เลขบัตรประชาชน|เลขประจำตัว|เลขประจำตัว 13 หลัก|เลข 13 หลัก"
    "|pid|citizen number|id number",
    C.CASE_NUMBER: "เลขที่ระบบออกให้|เลขทะเบียนบุคคล|case number",
    C.TITLE: "คำนำหน้า|คำนำหน้าชื่อ|คำนำหน้านาม|title|prefix",
    C.GIVEN: "ชื่อ|ชื่อตัว|given name|first name",
    C.FAMILY: "นามสกุล|ชื่อสกุล|สกุล|family name|last name|surname",
    C.BORN: "วันเกิด|วันเดือนปีเกิด|วัน เดือน ปีเกิด|ว/ด/ป เกิด|ปีเกิด|birth date|born|date of birth",
    C.DISTRICT: "เขตลงคะแนน|เขต|เขตเลือกตั้ง|หน่วยลงคะแนน|district|ward",
    C.STANDING: "สถานะ|สถานะบุคคล|status",
    C.HOUSE: "บ้านเลขที่|เลขที่บ้าน|เลขที่|house|house number",
    C.VILLAGE: "หมู่ที่|หมู่|ชุมชน|village|moo|community",
    C.LANE: "ซอย|ตรอก|ตรอก/ซอย|lane|soi",
    C.ROAD: "ถนน|road",
    C.SUBDISTRICT: "ตำบล|แขวง|ตำบล/แขวง|sub-district|subdistrict|tambon",
    C.AMPHOE: "อำเภอ|อำเภอ/เขต|amphoe",
    C.PROVINCE: "จังหวัด|province",
    C.POSTCODE: "รหัสไปรษณีย์|postcode|postal code",
}
IGNORED = frozenset("ลำดับ|ลำดับที่|ที่|no|no.|#|line|problem|บรรทัด|ปัญหา".split("|"))
OURS = {column: names.partition("|")[0] for column, names in NAMES.items()}
READ_AS = {
    search_text(name): column
    for column, names in NAMES.items()
    for name in (*names.split("|"), column.value, column.value.replace("_", " "))
}

FOREIGN = N_(
    "The file has columns that do not belong on a roll: %(columns)s. Nothing of it was kept. "
    "Take these columns out, or send the right file."
)
DOUBLED = N_("Two columns of the file say the same thing: %(columns)s. Leave one of them.")
LACKING = N_(
    "The first line of the file must name its columns. Missing: %(columns)s. These are known: %(known)s."
)


def read(header: Sequence[str]) -> list[Column | None]:
    """The column at each place, None for what is only counted; raises Unreadable with what to mend."""
    words = [search_text(cell) for cell in header]
    while words and not words[-1]:
        words.pop()
    found = [READ_AS.get(word) for word in words]
    if C.GIVEN not in found or (C.NUMBER not in found and C.CASE_NUMBER not in found):
        lacking = [OURS[c] for c in (C.NUMBER, C.GIVEN) if c not in found]
        raise Unreadable(LACKING, columns=", ".join(lacking), known=", ".join(OURS.values()))
    foreign = [
        cell.strip() or "–"
        for cell, word, column in zip(header, words, found, strict=False)
        if column is None and word not in IGNORED
    ]
    if foreign:
        raise Unreadable(FOREIGN, columns=", ".join(name[:40] for name in foreign[:12]))
    doubled = {column for column in found if column and found.count(column) > 1}
    if doubled:
        raise Unreadable(DOUBLED, columns=", ".join(OURS[column] for column in found if column in doubled))
    return found
