"""What an operator types about rounds."""

from govapp.budgeting.cli.count import count_command

commands = [count_command]
