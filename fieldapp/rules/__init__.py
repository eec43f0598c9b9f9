"""The rules of a working day: pure functions of what is passed in, without clock, disk or words.

Numbers come from the dated tables in `fieldapp/data`; answers are codes with values, which the
screens and the command line say in either language (`fieldapp/words/*/rules.toml`).
"""
