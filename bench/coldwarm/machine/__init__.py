"""The machine: who it is, how it is at the moment, which devices it has."""
