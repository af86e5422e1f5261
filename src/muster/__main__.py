"""`python -m muster` is the command."""

from muster.cli import main

if __name__ == "__main__":
    main()
