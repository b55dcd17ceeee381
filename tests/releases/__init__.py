"""Databases as earlier releases left them, one folder for each; today's migrations must bring every one up to date."""
