"""The theme's frame around pages, with the slips in its HTML mended.

Material has no block or partial of its own for most of these places, and copies of its large
templates would have to follow each of its versions. Text of agents is escaped wherever it stands,
so it never looks like what is mended.
"""

from __future__ import annotations

import re

_SLIPS = (
    # On a checkbox, where HTML has no such attribute.
    (re.compile(r'(<input class="md-toggle"[^>]*) autocomplete="off"'), r"\1"),
    # Of nothing, where HTML has a number.
    (re.compile(r'(<label class="md-nav__link[^>]*) tabindex=""'), r"\1"),
    # A level of the navigation is named by a label that may be no more than an icon.
    (
        re.compile(r'<label class="md-nav__title" for="(__nav_[\d_]+)">'),
        r'<label class="md-nav__title" for="\1" id="\1_title">',
    ),
    (re.compile(r'(<nav class="md-nav"[^>]* aria-labelledby="__nav_[\d_]+)_label"'), r'\1_title"'),
    # A level of the table of contents is no landmark; two of them may have the same name.
    (re.compile(r'<nav class="md-nav" aria-label="[^"]*">'), '<nav class="md-nav" role="none">'),
)
_TITLE = '<label class="md-nav__title" for="__toc">'
_TITLED = ' type="checkbox" id="__toc">'


def mended(html: str) -> str:
    """A whole page, from its doctype on, without the slips of the theme."""
    for slip, mend in _SLIPS:
        html = slip.sub(mend, html)
    if _TITLED not in html:  # as on each page that is not in the navigation
        html = html.replace(_TITLE, _TITLE.replace(' for="__toc"', ""))
    return html
