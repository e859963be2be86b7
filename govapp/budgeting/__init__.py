"""Participatory budgeting (งบประมาณแบบมีส่วนร่วม): rounds, their count, and the reason for every project.

The promise: anybody can download the ballots, count again, and get the same winners.
"""
