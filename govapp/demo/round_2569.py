"""The finished round for fiscal year 2569: voted on 9–22 March 2568 BE, counted by Equal Shares."""

from govapp.counting.pabulib import PbFile
from govapp.demo.projects import IDEAS
from govapp.demo.rounds import Story, finished
from govapp.demo.votes import cast

BUDGET = 500_000_000  # satang
VOTERS = 2_964
SEED = 2704  # of the seeds tried, one under which most-votes-first meets an exact tie
STORY = Story(
    description="งบประมาณแบบมีส่วนร่วม ปีงบประมาณ 2569 (ข้อมูลสมมติเพื่อการสาธิต)",
    fiscal_year_be=2569,
    rule="equalshares/add1",
    date_begin="09.03.2025",
    date_end="22.03.2025",
    eligible=9_410,
    comment="#1: เมือง บุคคล และกลุ่มในข้อมูลนี้ไม่มีอยู่จริง #2: ประกาศผล 27 มีนาคม 2568",
)


def build() -> PbFile:
    """The whole round, always the same."""
    return finished(STORY, BUDGET, IDEAS, cast(IDEAS, VOTERS, SEED))
