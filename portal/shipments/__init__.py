"""Shipments: parcels, tracking and 同梱."""
