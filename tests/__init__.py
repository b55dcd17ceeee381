"""The tests; their folders mirror `portal/`."""

from hypothesis import settings

# A busy machine, or the first number that loads a table, is slow without anything being wrong.
settings.register_profile("mypage", deadline=None)
settings.load_profile("mypage")
