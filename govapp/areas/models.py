from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.core.db import Base, Key, SortKey, Title, Words


class AreaKind(StrEnum):
    """From above to below: whatever lies in another place comes after it."""

    COUNTRY = "country"
    PROVINCE = "province"  # จังหวัด
    BANGKOK = "bangkok"  # กรุงเทพมหานคร: a local authority that stands where a province stands
    DISTRICT = "district"  # อำเภอ, in Bangkok เขต
    SUBDISTRICT = "sub-district"  # ตำบล, in Bangkok แขวง
    PROVINCIAL_ADMINISTRATION = "provincial-administration"  # อบจ.
    CITY_MUNICIPALITY = "city-municipality"  # เทศบาลนคร
    TOWN_MUNICIPALITY = "town-municipality"  # เทศบาลเมือง
    SUBDISTRICT_MUNICIPALITY = "sub-district-municipality"  # เทศบาลตำบล
    SUBDISTRICT_ADMINISTRATION = "sub-district-administration"  # อบต.
    PATTAYA = "pattaya"  # เมืองพัทยา
    ELSEWHERE = "elsewhere"  # a place outside Thailand, for elections brought in to compare


class Region(StrEnum):
    """The six regions (ภาค) for which ก.น.บ. has a sub-committee each and สศช. writes a plan each.

    Source: แผนพัฒนาภาค พ.ศ. 2566–2570 (สศช.) with the groups of provinces announced by ก.น.บ.:
    17 + 20 + 17 + 8 + 11 + 3 = 76 provinces; Bangkok is planned together with the central region.
    """

    NORTH = "north"
    NORTHEAST = "northeast"
    CENTRAL = "central"
    EAST = "east"
    SOUTH = "south"
    SOUTHERN_BORDER = "southern-border"


_K = AreaKind
PARENTS: Mapping[AreaKind, tuple[AreaKind, ...]] = {  # in what kind of place each kind may lie
    _K.COUNTRY: (),
    _K.PROVINCE: (_K.COUNTRY,),
    _K.BANGKOK: (_K.COUNTRY,),
    _K.DISTRICT: (_K.PROVINCE, _K.BANGKOK),
    _K.SUBDISTRICT: (_K.DISTRICT,),
    _K.PROVINCIAL_ADMINISTRATION: (_K.PROVINCE,),
    _K.CITY_MUNICIPALITY: (_K.PROVINCE, _K.DISTRICT),  # one that spans districts lies in the province
    _K.TOWN_MUNICIPALITY: (_K.PROVINCE, _K.DISTRICT),
    _K.SUBDISTRICT_MUNICIPALITY: (_K.PROVINCE, _K.DISTRICT),
    _K.SUBDISTRICT_ADMINISTRATION: (_K.PROVINCE, _K.DISTRICT),
    _K.PATTAYA: (_K.PROVINCE, _K.DISTRICT),
    _K.ELSEWHERE: (),
}
_PAIRS = ", ".join(f"'{kind}/{parent}'" for kind, parents in PARENTS.items() for parent in parents)


class Area(Base):
    """A place with an official code, inside one other place. A closed one stays, and tells what replaced it.

    `parent_kind` repeats the parent's kind, and the foreign key keeps it true: so the database itself
    refuses a district in a sub-district and, since every kind lies in kinds above it, any circle.
    """

    __tablename__ = "areas"
    __table_args__ = (
        UniqueConstraint("id", "kind", name="uq_areas_id_kind"),
        ForeignKeyConstraint(["parent_id", "parent_kind"], ["areas.id", "areas.kind"]),
        CheckConstraint("(parent_id IS NULL) = (parent_kind IS NULL)", name="parent_has_kind"),
        CheckConstraint(
            f"parent_kind IS NULL OR kind || '/' || parent_kind IN ({_PAIRS})", name="parent_fits"
        ),
        CheckConstraint("region IS NULL OR kind IN ('province', 'bangkok')", name="region_of_province"),
        CheckConstraint("closed_on > opened_on", name="closed_after_opened"),
        CheckConstraint("merged_into_id IS NULL OR closed_on IS NOT NULL", name="merged_is_closed"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        Index("ix_areas_kind", "kind"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[AreaKind]
    name_th: Mapped[Title]
    name_en: Mapped[Title]  # empty where there is no official one
    sort_key: Mapped[SortKey] = mapped_column(index=True)
    search_text: Mapped[Words]  # every name, also earlier ones, a line each
    is_invented: Mapped[bool] = mapped_column(default=False)  # demo places say so wherever they appear
    region: Mapped[Region | None]
    parent_id: Mapped[int | None] = mapped_column(index=True)
    parent_kind: Mapped[AreaKind | None] = mapped_column(
        Enum(AreaKind, native_enum=False, length=40, values_callable=lambda kinds: [k.value for k in kinds])
    )
    opened_on: Mapped[date | None]  # None: not known
    closed_on: Mapped[date | None]  # the first day on which it was no more
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    earlier_names: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # name_th, name_en, until

    parent: Mapped["Area | None"] = relationship(
        foreign_keys=[parent_id, parent_kind], remote_side="[Area.id, Area.kind]"
    )
    merged_into: Mapped["Area | None"] = relationship(foreign_keys=[merged_into_id], remote_side="Area.id")

    def name(self, language: str) -> str:
        return self.name_th if language == "th" else self.name_en or self.name_th
