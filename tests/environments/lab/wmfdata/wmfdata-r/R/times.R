# Stand in for wmfdata-r's functions of the same names, with the same arguments.
from_mediawiki <- function(x) strptime(substr(x, 1, 14), "%Y%m%d%H%M%S", tz = "UTC")

to_mediawiki <- function(x) gsub("[: -]", "", x)
