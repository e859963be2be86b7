"""Who may vote in an area (บัญชีผู้มีสิทธิลงคะแนน): brought in, objected to, corrected, frozen for a ballot box.

The one promise: each person stands on a roll once, in one district, and nobody but them is told so.
"""
