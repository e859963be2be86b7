"""Thai digits in finished HTML, and everything else as it was written."""

import pytest
from flask.testing import FlaskClient

from govapp.core.official import official, rewritten


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("ครั้งที่ 5/2569 เวลา 09.30 น.", "ครั้งที่ ๕/๒๕๖๙ เวลา ๐๙.๓๐ น."),
        ("พ.ศ.2569(5)", "พ.ศ.๒๕๖๙(๕)"),
        ("ส่งที่ room12@example.org ภายใน 3 วัน", "ส่งที่ room12@example.org ภายใน ๓ วัน"),
        ("ดู https://example.org/2569/5?a=1 หน้า 7", "ดู https://example.org/2569/5?a=1 หน้า ๗"),
        ("กระดาษ A4 รหัส PB-2569-0012 ฝุ่น PM2.5", "กระดาษ A4 รหัส PB-2569-0012 ฝุ่น PM2.5"),
        ("<b>12</b>3 <i>4</i>", "<b>๑๒</b>๓ <i>๔</i>"),
        ('<span class="nowrap code">12 34</span> 5', '<span class="nowrap code">12 34</span> ๕'),
        ("<code>1</code>2<code>3<b>4</b></code>5", "<code>1</code>๒<code>3<b>4</b></code>๕"),
        ('<p lang="en">In 2026<br>and 2027</p>8', '<p lang="en">In 2026<br>and 2027</p>๘'),
        ('<p lang="th">9</p>', '<p lang="th">๙</p>'),
        ('<ul class="code"><li>1<li>2</ul>3', '<ul class="code"><li>1<li>2</ul>๓'),  # li ends by itself
        ("&#39;1&#39; &amp;2 &lt;3", "&#39;๑&#39; &amp;๒ &lt;๓"),
        ('<a href="/5" title="6">7</a><img alt="8">', '<a href="/5" title="6">๗</a><img alt="8">'),
        (
            "<style>p { top: 1px }</style><script>2</script>3",
            "<style>p { top: 1px }</style><script>2</script>๓",
        ),
        (
            "<!-- 1 --><svg><path d='M1 2'/><text>3</text></svg>",
            "<!-- 1 --><svg><path d='M1 2'/><text>๓</text></svg>",
        ),
    ],
)
def test_figures_become_thai_where_people_read_them(written: str, shown: str) -> None:
    assert official(f"<body>{written}</body>") == f"<body>{shown}</body>"


def test_the_head_stays() -> None:
    head = '<!doctype html><html lang="th"><head><title>ครั้งที่ 5</title></head>'
    assert official(f"{head}<body>5</body></html>") == f"{head}<body>๕</body></html>"


@pytest.mark.parametrize("path", ["/styleguide", "/sign-in", "/no-such-page"])
def test_what_is_not_changed_is_written_as_it_was(client: FlaskClient, path: str) -> None:
    page = client.get(path).get_data(as_text=True)
    assert len(page) > 3000
    assert rewritten(page, lambda text, _: text, lambda tag, _: tag == "svg") == page


def test_a_very_long_figure_is_read_in_one_go() -> None:  # a hungry pattern would be at it for hours
    assert official("<body>" + "1" * 1_000_000) == "<body>" + "๑" * 1_000_000
