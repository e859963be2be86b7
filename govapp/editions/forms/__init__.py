"""What is typed in: plans of editions, and ballots."""
