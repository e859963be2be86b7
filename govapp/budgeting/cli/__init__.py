"""What an operator types about rounds."""
