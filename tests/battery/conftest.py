"""The battery tries the site as it is."""

import pytest


@pytest.fixture(autouse=True)
def cheap_passwords() -> None:
    """Not here: what passwords cost is measured."""
