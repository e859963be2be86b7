"""Deeds about accounts."""
