"""What is checked of a bundle. A check raises the ledger's Malformed or Forged, or Skipped, or returns."""
