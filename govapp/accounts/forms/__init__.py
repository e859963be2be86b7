"""What is typed in: about oneself, and about posts."""
