"""What people are told: their inbox, and the list for administrators."""
