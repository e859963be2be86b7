"""The only writers of boxes. What a box does to its voters' slots is in casting and paper."""
