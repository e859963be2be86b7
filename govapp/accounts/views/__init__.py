"""Pages of accounts: signing in and up, a person's own account and data, the register of people."""
