"""Addresses that others have chosen, and how they are called without harm."""
