"""Color is never alone, and can be told from its ground: computed from the published styles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from agent_catalog.publishing.colors import paint
from agent_catalog.reading.formats.known import known_formats
from browsing import served
from sites import agent_file, build_project, foreign_loads, write_project
from specimens import SPECIMENS

pytestmark = pytest.mark.browser

FORMATS = known_formats()
COLORS = FORMATS["claude-code"].colors
assert COLORS is not None
NAMED = list(COLORS.names)
OF_OTHERS = {
    ".opencode/agents/theme.md": "primary",
    ".opencode/agents/custom.md": "#a1b2c3",
    ".gemini/agents/without.md": "red",
}
"""Colors in the files of other tools than Claude Code."""
OTHERS = [
    *("#059669", "#fff", "#000000", "#ffff00", "#1e2129", "#777", "#AbCdEf"),
    *("teal", "Gold", "gray", "white", "black", "zebra"),
]
HOSTILE = ["url(https://example.org/a)", "red;fill:url(//example.org)", "#12", "var(--x)", "a b"]

TEXT, MARK = 4.5, 3.0
"""The least contrast of text, and of shapes that carry a meaning (WCAG 2.2, 1.4.3 and 1.4.11)."""

Color = tuple[float, float, float, float]

GROUNDS = """
    window.grounds = (element) => {
        const found = [];
        for (let each = element; each; each = each.parentElement) {
            found.push(getComputedStyle(each).backgroundColor);
        }
        return found;
    };
"""
"""The backgrounds that lie behind an element, the nearest first."""


def color(written: str) -> Color:
    """A color as browsers compute it."""
    *parts, alpha = [*map(float, re.findall(r"[\d.]+", written)), 1.0][:4]
    red, green, blue = (255 * part if written.startswith("color(srgb ") else part for part in parts)
    return red, green, blue, alpha


def over(top: Color, ground: Color) -> Color:
    """What is seen of a color that may let some of its ground, which does not, shine through."""
    alpha = top[3]
    red, green, blue, _ = (alpha * a + (1 - alpha) * b for a, b in zip(top, ground, strict=True))
    return red, green, blue, 1.0


def luminance(seen: Color) -> float:
    """See <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>."""
    parts = (part / 255 for part in seen[:3])
    linear = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(top: str, grounds: list[str]) -> float:
    """How much a color stands out from those behind it, the nearest of which is first."""
    ground: Color = (255, 255, 255, 1)  # the canvas of a browser
    for each in reversed(grounds):
        ground = over(color(each), ground)
    light, dark = sorted((luminance(over(color(top), ground)), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("top", "ground", "expected"),
    [
        ("rgb(0, 0, 0)", "rgb(255, 255, 255)", 21),
        ("rgb(118, 118, 118)", "rgb(255, 255, 255)", 4.54),
        ("rgba(0, 0, 0, 0.5)", "rgb(255, 255, 255)", 3.98),
        ("color(srgb 0 0 0 / 0.5)", "color(srgb 1 1 1)", 3.98),
        ("rgb(255, 255, 0)", "rgb(255, 255, 255)", 1.07),
    ],
)
def test_contrast_is_that_of_the_standard(top: str, ground: str, expected: float) -> None:
    assert contrast(top, [ground]) == pytest.approx(expected, abs=0.01)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    written = [*NAMED, *OTHERS, *HOSTILE]
    tree = {
        f"agents/c{n:02}.md": agent_file(f"c{n:02}", color=f'"{each}"')
        for n, each in enumerate(written)
    } | {
        f"agents/{path}": agent_file(Path(path).stem, color=f'"{each}"', tools="")
        for path, each in OF_OTHERS.items()
    }
    palette = [
        {"media": f"(prefers-color-scheme: {media})", "scheme": scheme}
        for media, scheme in (("light", "default"), ("dark", "slate"))
    ]
    theme = {"name": "material", "font": False, "palette": palette}
    project = write_project(tmp_path_factory.mktemp("site"), {**SPECIMENS, **tree}, theme=theme)
    site = build_project(project)
    assert foreign_loads(site) == []
    with served(site.folder) as url:
        yield url


@pytest.fixture(scope="module", params=["light", "dark"])
def palette(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page in each of the palettes."""
    context = browser.new_context(color_scheme=request.param, reduced_motion="reduce")
    page = context.new_page()
    page.add_init_script(GROUNDS)
    yield page
    context.close()


def test_every_mark_stands_out_from_the_page(palette: Page, root: str) -> None:
    palette.goto(f"{root}agents/")
    marks = palette.evaluate(
        """() => [...document.querySelectorAll("article .ac-mark")].map((mark) => {
            const style = getComputedStyle(mark);
            const ring = parseFloat(style.borderTopWidth) > 0;
            const paint = ring ? style.borderTopColor : style.backgroundColor;
            return [mark.getAttribute("class"), paint, grounds(mark.parentElement)];
        })"""
    )
    kinds = {name.split("--")[-1] for name, _, _ in marks}
    assert kinds == {
        *(*NAMED, "not-set", "not-recognised", "other"),
        *("theme", "custom", "without-effect"),
    }
    low = [(name, contrast(paint, grounds)) for name, paint, grounds in marks]
    assert [each for each in low if each[1] < MARK] == []


def test_another_color_is_shown_as_written_in_a_ring(palette: Page, root: str) -> None:
    palette.goto(f"{root}agents/")
    fills = palette.evaluate(
        """() => [...document.querySelectorAll("article svg.ac-mark")].map((mark) =>
            [mark.getAttribute("fill"), getComputedStyle(mark.firstElementChild).fill,
             parseFloat(getComputedStyle(mark).borderTopWidth) >= 1])"""
    )
    seen = {written: fill for written, fill, _ in fills}
    assert set(seen) >= {
        *(each.lower() for each in OTHERS),
        OF_OTHERS[".opencode/agents/custom.md"],
    }
    assert seen["#059669"] == "rgb(5, 150, 105)"
    assert seen["teal"] == "rgb(0, 128, 128)"
    assert all(ring for _, _, ring in fills)
    assert not set(seen) & set(HOSTILE)


@pytest.mark.parametrize("url", ["", "colors/", "models/opus/", "tools/"])
def test_every_bar_stands_out_from_the_page(palette: Page, root: str, url: str) -> None:
    palette.goto(root + url)
    bars = palette.evaluate(
        """() => [...document.querySelectorAll("article .ac-bar rect")].map((part) => {
            const style = getComputedStyle(part);
            return [style.fill === "none" ? style.stroke : style.fill, grounds(part)];
        })"""
    )
    assert bars
    assert [each for each in bars if contrast(*each) < MARK] == []


@pytest.mark.parametrize(
    "url",
    [
        *("", "agents/", "models/", "models/opus/", "colors/", "colors/not-recognised/"),
        *("tools/", "tools/bash/", "tools/askuserquestion/", "tools/not-recognised/"),
    ],
)
def test_every_text_can_be_read(palette: Page, root: str, url: str) -> None:
    palette.goto(root + url)
    texts = palette.evaluate(
        """() => [...document.querySelectorAll("article *")]
            .filter((each) => each.checkVisibility({opacityProperty: true, visibilityProperty: true}))
            .filter((each) => [...each.childNodes].some(
                (node) => node.nodeType === Node.TEXT_NODE && node.data.trim()))
            .map((each) => [each.outerHTML.slice(0, 80), getComputedStyle(each).color,
                            grounds(each)])"""
    )
    assert len(texts) > 10
    assert [text for text, paint, grounds in texts if contrast(paint, grounds) < TEXT] == []


def test_our_text_colors_can_be_read_on_every_ground(palette: Page, root: str) -> None:
    palette.goto(root)
    tokens = ["--ac-quiet", "--ac-warning", "--ac-error"]
    page, code, row = (
        "--md-default-bg-color",
        "--md-code-bg-color",
        "--md-typeset-table-color--light",
    )
    found = palette.evaluate(
        """([tokens, surfaces]) => tokens.flatMap((token) => surfaces.map((surface) => {
            const probe = document.createElement("p");
            probe.style.color = `var(${token})`;
            probe.style.backgroundColor = `var(${surface})`;
            document.querySelector("article").append(probe);
            return [`${token} on ${surface}`, getComputedStyle(probe).color, grounds(probe)];
        }))""",
        [tokens, [page, code, row]],
    )
    assert len({paint for _, paint, _ in found}) == len(tokens)
    assert [each for each, paint, grounds in found if contrast(paint, grounds) < TEXT] == []


def test_a_row_under_the_pointer_can_be_read_and_told(palette: Page, root: str) -> None:
    palette.goto(root)
    row = palette.locator(".ac-chart a").first
    row.hover()
    name, *colors = row.evaluate(
        """(row) => [getComputedStyle(row.firstElementChild).textDecorationLine,
                     ...[row, ...row.querySelectorAll("span")].map(
                         (each) => [getComputedStyle(each).color, grounds(each)])]"""
    )
    assert name == "underline"
    assert [each for each in colors if contrast(*each) < TEXT] == []


def test_every_color_has_a_shape_of_its_own_and_its_name(palette: Page, root: str) -> None:
    palette.goto(f"{root}colors/")
    rows = palette.evaluate(
        """() => [...document.querySelectorAll("article tbody .ac-mark")].map((mark) => {
            const style = getComputedStyle(mark);
            return [mark.closest("th").textContent.trim(), mark.getAttribute("aria-hidden"),
                    style.clipPath + style.borderRadius + style.borderStyle];
        })"""
    )
    named = {name: shape for name, _, shape in rows if name.lower() in NAMED}
    assert list(named) == [each.capitalize() for each in NAMED]
    assert len(set(named.values())) == len(NAMED)
    assert {hidden for _, hidden, _ in rows} == {"true"}


def test_marks_are_printed(palette: Page, root: str) -> None:
    palette.goto(f"{root}colors/")
    palette.emulate_media(media="print")
    [adjust] = palette.evaluate(
        """() => [...new Set([...document.querySelectorAll("article .ac-mark")].map(
            (mark) => getComputedStyle(mark).printColorAdjust))]"""
    )
    palette.emulate_media(media="screen")
    assert adjust == "exact"


@pytest.mark.parametrize("written", HOSTILE)
def test_what_is_no_color_paints_nothing(written: str) -> None:
    assert paint(written) == ""
