"""Pages of boxes."""
