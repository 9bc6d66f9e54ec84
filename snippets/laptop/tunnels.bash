# Tunnels to JupyterHub, one for each stat host: jupyter-[[[ stat_alias ]]] starts one, Ctrl-C ends it.
# The local port is [[[ value("jupyterhub_port") ]]], or the one that you name: jupyter-[[[ stat_alias ]]] 9990
[[% for key, stat in facts("hosts").items() if stat.kind == "stat" and stat.status != "retired" %]]
jupyter-[[[ alias(key) ]]]() { ssh -N [[[ stat.host ]]] -L "${1:-[[[ value("jupyterhub_port") ]]]}:127.0.0.1:[[[ value("jupyterhub_port") ]]]"; }
[[% endfor %]]
