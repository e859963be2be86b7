"""What others can hear: of people and their accounts, of posts."""
