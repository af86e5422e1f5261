"""Test what is said about arms for sale on hidden markets against what archived markets really show."""

__version__ = "0.1.0"
