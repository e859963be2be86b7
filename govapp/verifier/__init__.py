"""The verifier (ผู้ตรวจสอบ): reads a bundle, checks all that it claims, and counts again.

The one promise: it needs no database, no network and no trust, and says what it could not check.
Imports nothing but counting and the ledger.
"""
