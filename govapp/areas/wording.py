"""The names of kinds and regions on the page; the words for them a file may use are in forms.py."""

from collections.abc import Mapping

from govapp.areas import events
from govapp.areas.models import Area, AreaKind, Region
from govapp.core.language import N_
from govapp.core.language import gettext as _

KINDS = {
    AreaKind.COUNTRY: N_("Country"),
    AreaKind.PROVINCE: N_("Province"),
    AreaKind.BANGKOK: N_("Bangkok Metropolitan Administration"),
    AreaKind.DISTRICT: N_("District"),
    AreaKind.SUBDISTRICT: N_("Sub-district"),
    AreaKind.PROVINCIAL_ADMINISTRATION: N_("Provincial administrative organisation"),
    AreaKind.CITY_MUNICIPALITY: N_("City municipality"),
    AreaKind.TOWN_MUNICIPALITY: N_("Town municipality"),
    AreaKind.SUBDISTRICT_MUNICIPALITY: N_("Sub-district municipality"),
    AreaKind.SUBDISTRICT_ADMINISTRATION: N_("Sub-district administrative organisation"),
    AreaKind.PATTAYA: N_("City of Pattaya"),
    AreaKind.ELSEWHERE: N_("Place outside Thailand"),
}
IN_BANGKOK = {
    AreaKind.DISTRICT: N_("District of Bangkok"),
    AreaKind.SUBDISTRICT: N_("Sub-district of Bangkok"),
}
BANGKOK = "10"
REGIONS = {
    Region.NORTH: N_("North"),
    Region.NORTHEAST: N_("Northeast"),
    Region.CENTRAL: N_("Central region and Bangkok"),
    Region.EAST: N_("East"),
    Region.SOUTH: N_("South"),
    Region.SOUTHERN_BORDER: N_("Southern border"),
}
DEEDS: Mapping[type, str] = {
    events.AreasAdded: N_("Wrote down %(count)s areas"),
    events.AreasImported: N_(
        "Brought in a file of areas: %(added)s new, %(changed)s changed, %(unchanged)s as before, "
        "%(rejected)s rejected"
    ),
}
THINGS: Mapping[str, str] = {"area": N_("area")}


def kind_of(area: Area) -> str:
    """What the area is; in Bangkok a district is called a เขต and a sub-district a แขวง."""
    own = IN_BANGKOK if area.code.startswith(BANGKOK) and area.kind in IN_BANGKOK else KINDS
    return _(own[area.kind])
