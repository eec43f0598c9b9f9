"""Papers and files that leave the program: the visit log in three formats, and the receipt.

Writers take plain values and know no store. A file appears whole or not at all (`files`).
"""
