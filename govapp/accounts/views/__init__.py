"""Pages of accounts: signing in and out, signing up, a forgotten password, a person's own account."""
