from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.core.db import Base, Key, SortKey, Title


class AreaKind(StrEnum):
    COUNTRY = "country"
    PROVINCE = "province"  # จังหวัด, and กรุงเทพมหานคร
    LOCAL_AUTHORITY = "local-authority"  # องค์กรปกครองส่วนท้องถิ่น
    ELSEWHERE = "elsewhere"  # a place outside Thailand, for elections brought in to compare


class Area(Base):
    """A place with an official code, inside one other place."""

    __tablename__ = "areas"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[AreaKind]
    name_th: Mapped[Title]
    name_en: Mapped[Title]
    sort_key: Mapped[SortKey] = mapped_column(index=True)
    search_text: Mapped[Title]
    is_invented: Mapped[bool] = mapped_column(default=False)  # demo places say so wherever they appear
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)

    parent: Mapped["Area | None"] = relationship(remote_side="Area.id")

    def name(self, language: str) -> str:
        return self.name_th if language == "th" else self.name_en
