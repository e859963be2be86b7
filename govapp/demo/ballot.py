"""The invented projects that are voted on now, in Thai and English, each with what its picture shows."""

from typing import NamedTuple

from govapp.demo.places import ABOVE_CANAL, BIG_POND, OLD_MARKET, ROADSIDE_FIELDS, WHOLE_TOWN, ZONES
from govapp.demo.projects import CARE, CHILDREN, CULTURE, HEALTH, STREETS, TRADE, WATER
from govapp.editions.rules.drafts import ProjectDraft

PLACES_EN = {place.name_th: place.name_en for place in ZONES} | {WHOLE_TOWN: "The whole town"}
KINDS_EN = {
    STREETS: "Streets and safety",
    CARE: "Older and disabled people",
    CHILDREN: "Children and youth",
    WATER: "Environment and water",
    HEALTH: "Health",
    TRADE: "Work and markets",
    CULTURE: "Culture and sport",
}


class Planned(NamedTuple):
    """appeal: how likely anyone is to choose it, beside the others; > 0"""

    title: str
    description: str
    title_en: str
    description_en: str
    baht: int
    category: str
    place: str
    proposer: str
    shows: str
    appeal: int

    def draft(self, code: str) -> ProjectDraft:
        return ProjectDraft(
            code=code,
            title=self.title,
            description=self.description,
            cost_satang=self.baht * 100,
            categories=(self.category,),
            place=self.place,
            translations={
                "en": {
                    "title": self.title_en,
                    "description": self.description_en,
                    "place": PLACES_EN[self.place],
                    "categories": [KINDS_EN[self.category]],
                }
            },
            proposer=self.proposer,
        )


PROJECTS = (
    Planned(
        "ทางเท้าร่มไม้ถนนเลียบบึง",
        "ปูทางเท้าเรียบ 600 เมตร รถเข็นผ่านได้ตลอดสาย ปลูกต้นไม้ให้ร่มเงา 80 ต้น และมีที่นั่งพักทุก 50 เมตร",
        "Shaded footpath along the pond",
        "600 metres of even footpath, wide enough for wheelchairs, 80 trees and a seat every 50 metres.",
        780_000,
        STREETS,
        BIG_POND.name_th,
        "กลุ่มเดินรอบบึงสมมติ",
        "ภาพวาด: ทางเท้าริมน้ำมีต้นไม้สองข้าง",
        9,
    ),
    Planned(
        "ไฟถนนพลังแสงอาทิตย์หน้าโรงเรียน",
        "เสาไฟ 24 ต้นตามทางเดินจากชุมชนถึงประตูโรงเรียน เปิดเองเมื่อมืด ไม่เพิ่มค่าไฟของเทศบาล",
        "Solar street lights at the school",
        "24 lamps along the way from the community to the school gate. They light by themselves at dusk.",
        430_000,
        STREETS,
        ROADSIDE_FIELDS.name_th,
        "สภาผู้ปกครองสมมติ",
        "ภาพวาด: เสาไฟสองต้นส่องถนนตอนค่ำ",
        12,
    ),
    Planned(
        "รถรับส่งผู้สูงอายุไปสถานีอนามัย",
        "รถตู้มีทางลาด 1 คัน รับจากบ้านตามนัดแพทย์ สัปดาห์ละ 3 วัน รวมค่าคนขับและน้ำมันตลอดปี",
        "A van that takes older people to the clinic",
        "A van with a ramp fetches people from home three days a week. Driver and fuel are included.",
        950_000,
        CARE,
        WHOLE_TOWN,
        "ชมรมวัยใสใจดีสมมติ",
        "ภาพวาด: รถตู้สีขาวบนถนน",
        14,
    ),
    Planned(
        "คลังยืมรถเข็นและเตียงผู้ป่วย",
        "รถเข็น 20 คันและเตียงปรับได้ 8 เตียง ยืมกลับบ้านโดยไม่เสียเงิน มีอาสาสมัครส่งถึงบ้าน",
        "Wheelchairs and sickbeds to borrow",
        "20 wheelchairs and 8 adjustable beds, lent free of charge and brought home by volunteers.",
        320_000,
        CARE,
        OLD_MARKET.name_th,
        "เครือข่ายดูแลกันสมมติ",
        "ภาพวาด: เตียงผู้ป่วยและล้อรถเข็น",
        8,
    ),
    Planned(
        "สนามเด็กเล่นใต้ร่มจามจุรี",
        "เครื่องเล่นที่เด็กนั่งรถเข็นเล่นด้วยได้ พื้นยางกันล้ม และลานทรายสำหรับเด็กเล็ก",
        "Playground under the rain trees",
        "Things to play on for children in wheelchairs too, a soft floor, and sand for the smallest.",
        610_000,
        CHILDREN,
        ABOVE_CANAL.name_th,
        "กลุ่มพ่อแม่มือใหม่สมมติ",
        "ภาพวาด: ชิงช้าและกระดานลื่นใต้ต้นไม้",
        11,
    ),
    Planned(
        "ห้องทำการบ้านหลังเลิกเรียน",
        "เปิด 15.30–18.30 น. ทุกวันเรียน มีครูอาสา อินเทอร์เน็ต และของว่าง รับเด็กได้วันละ 40 คน",
        "Homework room after school",
        "Open from 15:30 to 18:30 on school days: volunteer teachers, internet and a snack for 40.",
        280_000,
        CHILDREN,
        ROADSIDE_FIELDS.name_th,
        "ครูอาสาทุ่งริมทางสมมติ",
        "ภาพวาด: โต๊ะ หนังสือ และหน้าต่าง",
        7,
    ),
    Planned(
        "คูน้ำสะอาดหลังตลาด",
        "ขุดลอกคู 900 เมตร ติดตะแกรงดักขยะ 6 จุด และปลูกพืชน้ำช่วยบำบัด ลดน้ำขังหน้าตลาดในฤดูฝน",
        "Clean canal behind the market",
        "900 metres dredged, six screens for rubbish, and water plants that clean. Less flooding.",
        690_000,
        WATER,
        OLD_MARKET.name_th,
        "คณะทำงานคูน้ำสมมติ",
        "ภาพวาด: คูน้ำมีพืชน้ำและสะพาน",
        9,
    ),
    Planned(
        "จุดแยกขยะและหมักปุ๋ยชุมชน",
        "โรงหมักเล็ก 4 แห่งและถังแยกขยะ 60 จุด ปุ๋ยที่ได้แจกให้บ้านที่ปลูกผัก",
        "Sorting and composting in every community",
        "Four composting sheds and 60 places to sort rubbish. Compost for whoever grows vegetables.",
        360_000,
        WATER,
        WHOLE_TOWN,
        "กลุ่มผักริมรั้วสมมติ",
        "ภาพวาด: ถังขยะสามสีและต้นกล้า",
        5,
    ),
    Planned(
        "ลานออกกำลังกายยามเช้า",
        "พื้นเรียบกันลื่น ไฟส่องสว่าง และเครื่องออกกำลังกาย 10 ชิ้นที่ผู้สูงอายุใช้ได้ปลอดภัย",
        "A place to exercise in the morning",
        "An even floor, light, and ten pieces of equipment that older people can use safely.",
        520_000,
        HEALTH,
        BIG_POND.name_th,
        "ชมรมเช้านี้สดใสสมมติ",
        "ภาพวาด: ดวงอาทิตย์ขึ้นเหนือลาน",
        8,
    ),
    Planned(
        "หลังคาตลาดเช้า",
        "หลังคาโปร่งแสง 400 ตารางเมตรเหนือแผงค้า 52 แผง พร้อมรางน้ำฝนและพัดลมระบายอากาศ",
        "A roof over the morning market",
        "400 square metres of translucent roof over 52 stalls, with gutters and fans.",
        1_250_000,
        TRADE,
        OLD_MARKET.name_th,
        "ผู้ค้าตลาดเช้าสมมติ",
        "ภาพวาด: แผงค้าใต้หลังคาสีสลับ",
        10,
    ),
    Planned(
        "อบรมขายของออนไลน์สำหรับกลุ่มแม่บ้าน",
        "สอน 6 ครั้งในศาลาชุมชน ยืมกล้องและไฟถ่ายรูปสินค้าได้ และมีที่ปรึกษาต่ออีก 3 เดือน",
        "Selling online: a course for home makers",
        "Six lessons in the community hall, cameras and lamps to borrow, and advice for three months more.",
        150_000,
        TRADE,
        ABOVE_CANAL.name_th,
        "กลุ่มแม่บ้านเหนือคลองสมมติ",
        "ภาพวาด: กล่องสินค้าและโทรศัพท์",
        4,
    ),
    Planned(
        "เทศกาลเล่าเรื่องเมืองบึงสาคร",
        "สามคืนริมบึง ดนตรี หนังกลางแปลง และนิทรรศการภาพเก่าที่ชาวเมืองนำมาเอง มีล่ามภาษามือ",
        "Festival of the town's stories",
        "Three nights by the pond: music, open-air films, old pictures. With sign language.",
        400_000,
        CULTURE,
        WHOLE_TOWN,
        "กลุ่มเล่าเรื่องตลาดเก่าสมมติ",
        "ภาพวาด: โคมและเวทีริมน้ำตอนกลางคืน",
        6,
    ),
)
