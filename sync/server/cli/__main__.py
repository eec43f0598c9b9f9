"""`python -m sync.server.cli`: the same as `fieldapp-server`."""

from sync.server.cli.program import main

main()
