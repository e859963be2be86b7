"""The ledger (สมุดบันทึกสาธารณะ): leaves, the Merkle tree over them, signed checkpoints, sealed ballots, shares.

The one promise: whoever holds a checkpoint can tell whether anything before it was changed,
and need not trust us for it.
Imports nothing but the standard library, cryptography and shamir-mnemonic; knows no database and no page.
"""
