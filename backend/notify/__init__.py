"""Tells passengers and partners what happened."""
