"""Pages of questions: the ballot, and putting a question."""
