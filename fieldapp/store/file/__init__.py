"""The encrypted file itself: profile, keys, opening, migrations, rescue of a damaged one."""
