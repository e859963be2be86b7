"""What is typed in while an edition is planned."""
