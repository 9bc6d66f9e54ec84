"""The lab: the servers that the guide talks about, for real, on one machine.

`start.py` starts it and `lab.py` is the lab while it runs. `servers/` has a module for each server:
the bastion's and the stat host's sshd are in `servers/openssh.py`. `hosts` are folders and a network
namespace each (`host.py`, `namespaces.py`, `network.py`). `programs/` and `wmfdata/` are what the stat
host has besides Debian's programs. It knows nothing of pages.
"""
