"""The guide as wikitext: a page of MediaWiki for each page of the guide.

`html` makes HTML of a page, as the site's builder does; `writing` makes
wikitext of the HTML, with `escaping` for what must stay text and `titles` for
what leads from page to page. `python -m macros.wikitext` writes the files.
"""
