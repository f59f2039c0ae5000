"""The providers, a file each; which ones are used is in the settings, see `choosing`."""
