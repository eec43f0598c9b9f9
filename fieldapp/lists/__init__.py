"""Foreign lists: reading the workbooks and text files that others send, and making sense of them.

A file is read as rows of cells (`reading`), a row becomes a line of known fields (`columns`,
`layout`), a cell becomes a value with what was mended in it (`cells`, `legacy`), and lines are
compared with what this laptop holds (`matching`, `planning`). Nothing here knows the store: the
use case `importing` brings both together.
"""
