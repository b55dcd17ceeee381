"""担当者: who they are, what they may do, how they sign in."""
