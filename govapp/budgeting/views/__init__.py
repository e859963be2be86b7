"""Pages of participatory budgeting: rounds and results, comparing rules, downloads, bringing elections in."""
