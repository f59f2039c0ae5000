"""Benchmarks: figures to look at, none that a test passes or fails by."""
