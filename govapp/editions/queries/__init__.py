"""What is read of editions."""
