"""Pages: where people arrive, their desk, and handing a post over."""
