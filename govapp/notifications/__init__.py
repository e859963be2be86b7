"""Notifications (จดหมายและข่าวถึงท่าน): letters to people, written in the transaction of the deed they tell of.

The promise: nothing is told that did not happen, what happened is told, and no secret lies in the table.
"""
