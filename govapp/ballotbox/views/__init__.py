"""Pages of ballot boxes: for everybody, for those who run them, for key-holders and auditors."""

from govapp.ballotbox.views import (
    audit,
    ceremony,
    downloads,
    keys,
    notices,
    observers,
    public,
    running,
)

BLUEPRINTS = (
    public.bp,
    downloads.bp,
    observers.bp,
    audit.bp,
    running.bp,
    keys.bp,
    ceremony.bp,
    notices.bp,
)
