"""Generated examples without a time limit: a slow machine is no failure.

HYPOTHESIS_PROFILE=mutants: a few examples, always the same, for the many runs of `make mutants`.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

settings.register_profile("rules", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "mutants",
    settings.get_profile("rules"),
    max_examples=3,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "rules"))
