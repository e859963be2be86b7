"""Areas (พื้นที่): country, provinces and local authorities.

The promise: every body and every budget has one place.
"""
