"""One function a user action = one transaction = one changeset; and what the screens ask.

Screens and scripts call these alike. Answers are frozen values without sentences: a `Reason` names
its words. Nothing here knows Qt or HTTP; all of it may be called from any thread.
"""
