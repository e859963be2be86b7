"""The invented province, its municipality and the four communities (ชุมชน) in it.

Official codes are digits; theirs begin with "x-", so that none can ever be taken for a real place.
"""

from typing import NamedTuple


class Place(NamedTuple):
    code: str
    name_th: str
    name_en: str


COUNTRY = Place("TH", "ประเทศไทย", "Thailand")  # the one place here that is real
PROVINCE = Place("x-saichon", "สายชล", "Saichon")
MUNICIPALITY = Place("x-saichon-buengsakhon", "เทศบาลเมืองบึงสาคร", "Bueng Sakhon Town Municipality")
OLD_MARKET = Place("x-saichon-buengsakhon-1", "ตลาดเก่า", "Talat Kao")
ABOVE_CANAL = Place("x-saichon-buengsakhon-2", "เหนือคลอง", "Nuea Khlong")
BIG_POND = Place("x-saichon-buengsakhon-3", "บึงใหญ่", "Bueng Yai")
ROADSIDE_FIELDS = Place("x-saichon-buengsakhon-4", "ทุ่งริมทาง", "Thung Rim Thang")
ZONES = (OLD_MARKET, ABOVE_CANAL, BIG_POND, ROADSIDE_FIELDS)
WHOLE_TOWN = "ทั้งเมือง"  # the district of a project that is for everyone
