"""What is allowed in an edition."""
