"""The official lists and declarations, as the agency's forms have them, in each generation.

A form says where things stand; what stands there comes as the plain values of `content`. Which
generation a list follows is chosen by its date (`form_layouts` in `fieldapp/data`).
"""
