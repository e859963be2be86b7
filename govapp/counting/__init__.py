"""Counting (การนับคะแนน): pure functions from ballots to an outcome that explains itself.

The one promise: the same ballots and the same rule give the same winners, exactly, on any machine.
Imports nothing but the standard library and numpy.
"""
