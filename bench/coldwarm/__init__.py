"""coldwarm measures what OpenVINO's model cache is worth on this machine."""

__version__ = "0.1.0"
