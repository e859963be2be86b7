"""Deeds about rounds: the only writers of their tables."""
