"""Editions (รอบงบประมาณแบบมีส่วนร่วม): a year's participatory budget of one authority, from call to delivery.

The promise: what is voted on, by whom and by which rule cannot change once the first ballot can be cast.
"""
