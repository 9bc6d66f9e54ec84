"""The lab: the servers that the guide talks about, for real, on one machine.

`start.py` starts it and `lab.py` is the lab while it runs. `servers/` has a module for each server:
the sshd of the bastion and of the stat host are in `servers/openssh.py`. A host is a folder and a
network namespace (`host.py`, `namespaces.py`, `network.py`). `programs/` and `wmfdata/` are what
the stat host has besides Debian's programs. It knows nothing of pages.
"""
