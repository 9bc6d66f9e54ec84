"""What stands between facts, profile and snippets on one side and pages on the other.

What is declared: `facts` (values of the outside world, each with a `citation`), `profile` (those of
a reader), `snippets`, `sabotages`, `checklist`, `exam`, `settings` (the list of pages),
`plain_files` (what may lie under docs/). `evidence` is what tests have noted.
`yaml_lines` and `front_matter` read the files, `errors` says what is wrong in them and where.
`slots` are places of a reader's values, on the way through Markdown.

What makes pages of it: `rendering` (page or snippet, facts and profile to text, by `templates`),
`vocabulary` (the macros that pages have), `lines` (where a line of a page comes from), `details`
(the form), `progress` (boxes to tick), `home` (the first page), `prefilled` (filled-in forms),
`freshness` (what has to be looked at again), `history` (when a page's text changed), `origins`
(where a page's facts were read), `surveyed` (what the real hosts are asked), `extension`, `proof`
and `whole` (what is done to a page's HTML). `tree` reads that HTML for other forms of a page:
`twins` (Markdown) and `wikitext`.

What makes the site: `main` (all that the builder is handed), `building` (the guide of a build),
`bundle` (script and styles), `release` (a zip to read without a server), `wikitext` (pages of a
wiki), `metrics` (figures for programs). `upkeep`, `addresses`, `sources` and `survey` look again at
dates, at links, at what facts cite, and at what readers saw on the hosts.

A module imports only what is declared in front of it: `make lint` holds that.
"""
