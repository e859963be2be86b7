"""What a worker does for editions."""
