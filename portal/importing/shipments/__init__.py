"""Shipping results in: which rows speak of which parcel, and how it is stored."""
