"""Intervals, tests, multiplicity, power: pure functions on numpy and scipy."""
