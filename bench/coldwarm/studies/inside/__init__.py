"""What runs inside the processes of the starts, by path: standard library only."""
