"""From stored samples to what they say: frame, verdicts, rounds, cases."""
