"""The program without a window: the same use cases, for scripts and for people who type.

Standard output carries the answer (with `--json` exactly one document), standard error what went
wrong. Exit codes: 0 done, 2 the user can mend it, 3 the surroundings must change, 4 we must.
"""
