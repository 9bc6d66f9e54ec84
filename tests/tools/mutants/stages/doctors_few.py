"""Tries mutants of the doctors in the few set-ups that are likeliest to tell."""

from __future__ import annotations

from tests.tools.mutants.stages import doctors

#: Most of what can be seen in the lab at all is seen in one of so many.
_SET_UPS = 5

if __name__ == "__main__":
    doctors.serve(most=_SET_UPS)
