"""The lab: the servers that the guide talks about, for real, on one machine.

It knows nothing of pages. `lab.py` starts it; the other modules are one server each.
"""
