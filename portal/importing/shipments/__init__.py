"""Import of shipping results: which rows speak of which parcel, and how it is stored."""
