"""The demo's one story (ข้อมูลสมมติเพื่อการสาธิต): a town that does not exist, and its finished rounds.

Everything is made here from a seed, without data files. Promise: nothing in it is a real person,
organisation or place, every name of a group says so (สมมติ), and the same seed gives the same ballots
on any machine.
"""
