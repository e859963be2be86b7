"""The pages of editions."""
