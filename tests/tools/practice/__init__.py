"""Practice (`make lab`): a shell on the laptop of the lab, for a newcomer who waits for access.

Light servers are up from the start; Hadoop and the replicas are once access is granted.
"""
