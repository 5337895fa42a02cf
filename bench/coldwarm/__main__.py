"""`python -m coldwarm`."""

from coldwarm.cli import main

if __name__ == "__main__":
    main()
