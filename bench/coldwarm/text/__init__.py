"""Words for people: numbers, and text of others that must do no harm."""
