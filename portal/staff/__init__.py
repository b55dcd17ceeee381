"""担当者: who they are, what they may, how they get in."""
