"""Captures → observations: profiles declare how a market's pages or a table are read. docs/profiles.md is its page."""

from muster.profiles.check import Checked, check, fixtures
from muster.profiles.drift import drifted
from muster.profiles.expect import unmet
from muster.profiles.filled import Filled, Fills
from muster.profiles.parse import Parsed, find, parse
from muster.profiles.profile import Profile, known, load
from muster.profiles.rates import NO_RATES, Rates, rate_file
from muster.profiles.show import render_inert
from muster.profiles.tokens import Redacted, Tokens

__all__ = [
    "NO_RATES",
    "Checked",
    "Filled",
    "Fills",
    "Parsed",
    "Profile",
    "Rates",
    "Redacted",
    "Tokens",
    "check",
    "drifted",
    "find",
    "fixtures",
    "known",
    "load",
    "parse",
    "rate_file",
    "render_inert",
    "unmet",
]
