"""What people with accounts see."""
