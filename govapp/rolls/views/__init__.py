"""Pages of rolls: for whoever asks about themselves, and for those who keep a roll."""

from govapp.rolls.views import claims, codes, doubles, files, keeping, own, people

BLUEPRINTS = (own.bp, keeping.bp, files.bp, people.bp, codes.bp, claims.bp, doubles.bp)
