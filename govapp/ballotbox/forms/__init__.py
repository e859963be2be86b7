"""What is typed in about boxes."""
