"""The pages of editions: for everybody, and for those who plan them."""

from govapp.editions.views import planning, projects, public, rehearsal, voters

BLUEPRINTS = (public.bp, planning.bp, projects.bp, rehearsal.bp, voters.bp)
