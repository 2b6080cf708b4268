"""What a page's head tells other programs: a preview, an icon, and where the same is as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

_PREVIEW_SIZE = (1200, 630)
"""Of the preview picture, in pixels: https://ogp.me/#structured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """The content of a page in another form."""

    url: str
    media_type: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is told of a page; all texts are plain, an empty one is left out."""

    title: str
    description: str = ""
    site_name: str
    is_home: bool = False
    url: str = ""
    """The whole URL of the page, if it is known."""
    picture: str = ""
    """The whole URL of a picture for previews."""
    icon: str = ""
    """The URL of a square PNG, for browsers that do not show an SVG beside a page's title."""
    alternates: tuple[Alternate, ...] = ()
    indexed: bool = True
    """Whether search engines may list the page."""

    def add_to(self, html: str) -> str:
        """Put the elements into a page.

        A preview that is there already stays, and is not joined by a second one. A page without
        a head is returned as it is.
        """
        before, end, after = html.partition("</head>")
        if not end:
            return html
        preview = () if 'property="og:' in before else self._preview()
        lines = "\n".join([*self._links(), *preview])
        return f"{before}{lines}\n{end}{after}"

    def _links(self) -> Iterator[Markup]:
        if not self.indexed:
            yield Markup('<meta name="robots" content="noindex">')
        if self.icon:
            yield Markup('<link rel="icon" type="image/png" sizes="180x180" href="{}">').format(
                self.icon
            )
            yield Markup('<link rel="apple-touch-icon" href="{}">').format(self.icon)
        for each in self.alternates:
            # The space keeps Material's script from fetching a sitemap beside each of them: it
            # takes `link[rel=alternate]` for the site in another language.
            yield Markup('<link rel="alternate " type="{}" href="{}" title="{}">').format(
                each.media_type, each.url, each.title
            )

    def _preview(self) -> Iterator[Markup]:
        """The Open Graph properties (https://ogp.me), which all that show previews read."""
        properties: dict[str, str | int] = {
            "og:type": "website" if self.is_home else "article",
            "og:site_name": self.site_name,
            "og:title": self.title,
            "og:description": self.description,
            "og:url": self.url,
        }
        if self.picture:
            properties["og:image"] = self.picture
            properties["og:image:width"], properties["og:image:height"] = _PREVIEW_SIZE
            properties["og:image:alt"] = "Agent catalog: what each agent is for, what it may do"
        for name, value in properties.items():
            if value:
                yield Markup('<meta property="{}" content="{}">').format(name, value)
        card = "summary_large_image" if self.picture else "summary"
        yield Markup('<meta name="twitter:card" content="{}">').format(card)
