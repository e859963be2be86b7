"""What is allowed: signing in, and the powers of posts."""
