"""Accounts (บัญชีผู้ใช้): people who sign in.

The promise: what a person may do is asked in one place, every time.
"""
