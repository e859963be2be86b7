import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

HOUSE = Path(__file__).parents[2]
FONT = re.compile(r"vendor/(sarabun-[a-z0-9-]+\.woff2\?v=\d+)")


def test_fonts_are_preloaded_under_the_address_the_stylesheet_asks_for(client: FlaskClient) -> None:
    """Otherwise they would be fetched twice."""
    named = set(FONT.findall((HOUSE / "govapp/static/tokens.css").read_text()))
    preloaded = FONT.findall(client.get("/").get_data(as_text=True))
    assert len(preloaded) == 2
    assert set(preloaded) <= named


@pytest.mark.parametrize("sheet", ["tokens.css", "document.css"])
def test_the_version_of_the_fonts_is_that_of_the_lock_file(sheet: str) -> None:
    lock = json.loads((HOUSE / "package-lock.json").read_text())
    major = lock["packages"]["node_modules/@fontsource/sarabun"]["version"].split(".")[0]
    named = FONT.findall((HOUSE / "govapp/static" / sheet).read_text())
    assert {font.split("?v=")[1] for font in named} == {major}


def test_htmx_knows_every_setting_we_give_it(client: FlaskClient) -> None:
    """A renamed setting would silently be ignored, and some of them keep attackers out."""
    page = client.get("/").get_data(as_text=True)
    settings = json.loads(re.search(r"name=\"htmx-config\" content='(.*?)'", page, re.S)[1])  # type: ignore[index]
    script = (HOUSE / "govapp/static/vendor/htmx.min.js").read_text()
    assert settings["allowEval"] is settings["allowScriptTags"] is False
    assert settings["selfRequestsOnly"] is True
    for name in settings:
        assert f"{name}:" in script, name
