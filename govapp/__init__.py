"""govapp: participatory budgets and joint committees, decided in the open."""
