"""Measuring: processes, cache directories, the loop of a run."""
