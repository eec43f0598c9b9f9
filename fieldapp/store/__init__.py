"""The laptop's file: open, encrypt, migrate, journal, search.

`profile` opens the folder, `store.Store` is what use cases get, `work` is the one way to write,
`log` takes in what the server sent, `queries_*` read for the screens. A session never leaves here.
"""
