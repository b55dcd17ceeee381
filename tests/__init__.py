"""The tests; their folders mirror `portal/`."""

from hypothesis import settings

# No deadline for one example: a busy machine, or the first example that loads a table, is slow without a fault.
settings.register_profile("mypage", deadline=None)
settings.load_profile("mypage")
