"""The ballot box (หีบบัตร): any secret vote, on any question, of people it knows by opaque ids only.

The one promise: nobody can see, change, add or lose a vote, and anybody can count again.
"""
