"""An A/A experiment on this machine: the same thing twice, and what the gate makes of it."""

from coldwarm.noise.report import MetricNoise, NoiseReport, examine

__all__ = ["MetricNoise", "NoiseReport", "examine"]
