"""The secret question (ลงคะแนนลับ): yes, no or abstain, put to a list of people, answered in a ballot box.

The one promise: who is on the list answers once, in secret, and can change the answer until the box closes.
"""
