"""What an operator or an observer types about ballot boxes."""
