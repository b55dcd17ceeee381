"""Databases as earlier releases left them, one folder a release; today's migrations must bring each of them up to date."""
