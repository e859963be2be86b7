"""The invented people, the posts they hold, and what lies on their desks.

Every family name says สมมติ, and addresses lie under example.org, which nobody has (RFC 2606).
"""

from typing import NamedTuple

from govapp.accounts.models.people import Evidence
from govapp.accounts.models.posts import Role
from govapp.core.language import N_
from govapp.core.partial_dates import PartialDate
from govapp.demo.places import COUNTRY, MUNICIPALITY, PROVINCE, Place

ADDRESS = "%s@demo.example.org"


class Person(NamedTuple):
    """Somebody anybody can be in the demo. place: where they act, None for citizens."""

    key: str
    title: str
    given_name: str
    family_name: str
    place: Place | None
    tries: str  # what one can try as them, a msgid
    has_address: bool = True

    @property
    def email(self) -> str:
        return ADDRESS % self.key if self.has_address else ""

    @property
    def form_token(self) -> str:
        """Of the form on which an officer entered somebody without an address."""
        return f"demo-{self.key}"


class Entered(NamedTuple):
    """How an officer entered somebody without an address; the day is counted from today."""

    who: str
    by: str
    on: int
    born: PartialDate
    proof: Evidence
    evidence_note: str


class Term(NamedTuple):
    """A post is given to a person. Days are counted from today, those before it are negative."""

    who: str
    role: Role
    place: Place
    given_by: str
    confirmed_by: str  # the day after it was given; "" where a second person is still waited for
    given: int
    first: int
    last: int
    order: int  # its number


class Task(NamedTuple):
    """A duty of the post that its writer holds. Days are counted from today, those before it are negative."""

    by: str
    title: str
    notes: str
    written: int
    until: int | None
    done: int | None = None


PEOPLE = (
    Person(
        "thana",
        "นาย",
        "ธนา",
        "ต้นน้ำสมมติ",
        COUNTRY,
        N_("Confirm the next provincial secretary, and send a letter again that was not delivered."),
    ),
    Person(
        "arunee",
        "นาง",
        "อรุณี",
        "ปลายน้ำสมมติ",
        COUNTRY,
        N_("Be the second of two people: agree to what the other administrator proposed, or refuse it."),
    ),
    Person(
        "parichat",
        "นางสาว",
        "ปาริชาต",
        "ตาชั่งสมมติ",
        COUNTRY,
        N_("See who holds which post and who gave it, without the power to change anything."),
    ),
    Person(
        "wipa",
        "นางสาว",
        "วิภา",
        "สายธารสมมติ",
        PROVINCE,
        N_("Work at a desk where some things are late, and see what you have left to your successor."),
    ),
    Person(
        "kongphop",
        "นาย",
        "ก้องภพ",
        "ฟ้ากว้างสมมติ",
        PROVINCE,
        N_("Read what was handed over to you, and receive it once an administrator has confirmed you."),
    ),
    Person(
        "mali",
        "นางสาว",
        "มะลิ",
        "ริมบึงสมมติ",
        MUNICIPALITY,
        N_("Plan next year's budget round, register a person, and print a letter with an access code."),
    ),
    Person(
        "prayun",
        "นาย",
        "ประยูร",
        "ตลาดเก่าสมมติ",
        MUNICIPALITY,
        N_("Work at one desk with two others, each of whom keeps a key of their own."),
    ),
    Person(
        "lamduan",
        "นาง",
        "ลำดวน",
        "เหนือคลองสมมติ",
        MUNICIPALITY,
        N_("Note that a duty of the shared desk is done: the two others see it at once."),
    ),
    Person(
        "decha",
        "นาย",
        "เดชา",
        "ทุ่งริมทางสมมติ",
        MUNICIPALITY,
        N_("Resign from your post, and see that its duties stay for the others."),
    ),
    Person(
        "manop",
        "นาย",
        "มานพ",
        "ใจเย็นสมมติ",
        None,
        N_("Vote on the budget of your town, see why projects won or lost, and look after your account."),
    ),
    Person(
        "bunma",
        "ยาย",
        "บุญมา",
        "บัวบานสมมติ",
        None,
        N_("See what a person without an e-mail address sees, whom the officer registered."),
        has_address=False,
    ),
)
BY_KEY = {person.key: person for person in PEOPLE}
ADMINISTRATORS = ("thana", "arunee")  # made on the server, before anybody could give posts
ENTERED = (Entered("bunma", "mali", -16, PartialDate(1941), Evidence.COMMUNITY_LEADER, "พยานสมมติสองคน"),)
STAFF = tuple(person.key for person in PEOPLE if person.place)
HAVE_READ = ("thana", "arunee", "parichat", "wipa", "mali", "prayun")  # their inbox, up to yesterday
UNDELIVERED = "manop"  # whose first letter came back

_R = Role
TERMS = (
    Term("wipa", _R.SECRETARY, PROVINCE, "thana", "arunee", -55, -54, 40, 1),
    Term("parichat", _R.AUDITOR, COUNTRY, "arunee", "thana", -50, -49, 680, 2),
    Term("mali", _R.OFFICER, MUNICIPALITY, "wipa", "thana", -45, -44, 50, 3),
    Term("prayun", _R.KEY_HOLDER, MUNICIPALITY, "wipa", "arunee", -40, -39, 320, 4),
    Term("lamduan", _R.KEY_HOLDER, MUNICIPALITY, "wipa", "arunee", -40, -39, 320, 4),
    Term("decha", _R.KEY_HOLDER, MUNICIPALITY, "thana", "wipa", -38, -37, 320, 5),
    Term("mali", _R.OFFICER, MUNICIPALITY, "thana", "", -3, 51, 415, 6),
)
SUCCESSION = Term("kongphop", _R.SECRETARY, PROVINCE, "wipa", "", -1, 0, 700, 7)
LEFT_TO_SUCCESSOR = """\
ก.บ.จ. ประชุมทุกวันพุธสัปดาห์ที่สองของเดือน กรรมการสองท่านเดินทางไกล ขอให้ส่งหนังสือเชิญล่วงหน้าอย่างน้อย 7 วัน
เรื่องศูนย์ดูแลผู้สูงอายุกลางวันยังไม่จบ เครือข่ายผู้สูงอายุสมมติรอคำตอบว่าใครออกค่ารถรับส่ง
เอกสารฉบับจริงอยู่ในตู้ห้องเลขานุการ กุญแจตู้ฝากไว้ที่งานสารบรรณ"""

TASKS = (
    Task(
        "thana",
        "ทดลองกู้คืนข้อมูลสำรองประจำไตรมาส",
        "",
        -30,
        -5,
        done=-6,
    ),
    Task(
        "arunee",
        "ทบทวนรายชื่อผู้ดำรงตำแหน่งที่ใกล้ครบวาระ",
        "ถามผู้ดำรงตำแหน่งก่อนว่าใครจะรับช่วงต่อ",
        -14,
        5,
    ),
    Task(
        "parichat",
        "เทียบจำนวนบัตรกับผลนับของรอบปี 2569",
        "",
        -20,
        -4,
        done=-4,
    ),
    Task("parichat", "อ่านบันทึกการตรวจสอบของเดือนนี้", "", -10, 7),
    Task(
        "wipa",
        "ส่งรายงานการประชุม ก.บ.จ. ครั้งที่ 2 ให้กรรมการรับรอง",
        "กรรมการสองท่านขอแก้ระเบียบวาระที่ 4",
        -24,
        -9,
    ),
    Task(
        "wipa",
        "ตอบหนังสือเครือข่ายผู้สูงอายุสมมติเรื่องศูนย์ดูแลกลางวัน",
        "",
        -17,
        -2,
    ),
    Task(
        "wipa",
        "ส่งหนังสือเชิญประชุม ก.บ.จ. ครั้งที่ 3 พร้อมระเบียบวาระ",
        "ส่งก่อนวันประชุมอย่างน้อย 7 วัน",
        -12,
        3,
    ),
    Task("wipa", "รวบรวมโครงการของทุกอำเภอเข้าแผนพัฒนาจังหวัด", "", -12, 6),
    Task("wipa", "เตรียมข้อมูลทบทวนแผนพัฒนาจังหวัด", "", -8, 25),
    Task("wipa", "หาห้องประชุมที่รถเข็นเข้าได้", "", -8, None),
    Task("wipa", "ประกาศผลรอบปี 2569 บนเว็บไซต์ของจังหวัด", "", -20, -2, done=-3),
    Task("mali", "ติดประกาศผลรอบปี 2569 ที่ศาลาชุมชนทั้งสี่แห่ง", "เหลือศาลาทุ่งริมทาง", -15, -1),
    Task("mali", "รับลงทะเบียนผู้สูงอายุที่ศาลาชุมชนเหนือคลอง", "นำแบบลงทะเบียนไป 40 ชุด", -9, 4),
    Task("mali", "เตรียมรับข้อเสนอโครงการรอบใหม่", "", -9, 30),
    Task("mali", "นัดช่างภาพถ่ายโครงการที่สร้างเสร็จ", "", -16, -7, done=-7),
    Task("prayun", "ซ้อมเปิดหีบพร้อมกันสามคน", "นัดที่ห้องประชุมเทศบาล", -11, 6),
    Task("lamduan", "ตรวจซองผนึกที่เก็บกุญแจของตน", "", -11, None),
    Task("decha", "ลงชื่อรับกุญแจต่อหน้ากรรมการอีกสองคน", "", -30, -18, done=-12),
)
