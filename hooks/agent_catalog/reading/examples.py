"""Read the conversations in a description, which show when an agent is called.

They have no grammar: the dialects read here are those that agent files use. What is read is text of unknown origin and any size, so every step takes linear
time: white space is normalised first, and no pattern below repeats without a bound except over
what it consumes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TypeAlias

from agent_catalog.model.agent import Description, Example, Turn
from agent_catalog.model.limits import MOST_EXAMPLES, MOST_TURNS

_CLOSERS = {
    '"': '"',
    "'": "'",
    "“": "”",
    "‘": "’",
    "„": "“”",
    "«": "»",
    "「": "」",
    "『": "』",
}
_OPENERS = "".join(_CLOSERS)

_SPACE = re.compile(r"\s+")
_ESCAPE = re.compile(r"(?<!\\)\\+(?=[\"'])")
_QUOTE = re.compile(f"[{''.join(sorted(set(_OPENERS) | set(''.join(_CLOSERS.values()))))}]")
_WORD = re.compile(r"[^\W\d_]")

_EXAMPLE_TAG = re.compile(r"<(/?)(examples?)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_COMMENTARY_TAG = re.compile(r"<(/?)commentary(?=[\s/>])[^<>]*>", re.IGNORECASE)

_COLON = r"[*_]{0,3} ?[:：][*_]{0,3}"
_CONTEXT = (
    r"context|contexto|contexte|kontext|contesto|контекст|situation|scenario|上下文|背景|场景"
)
_COMMENTARY = r"commentary|comentario|comentário|commentaire|kommentar|комментарий|评论|说明"
_SPEAKER = (
    r"(?:user|assistant)(?:[ _-](?:request|query|message|input|prompt|response|reply|says|asks|\d))?"
    r"|usuario|usuário|utilisateur|benutzer|nutzer|gebruiker|utente|kullanıcı|пользователь"
    r"|用户|用戶|使用者|ユーザー|사용자"
    r"|asistente|assistente|assistent|ассистент|助手|助理|アシスタント|어시스턴트"
    r"|human|agent|claude|system|developer|customer|client"
)
_NAME = (
    r"[^\W\d_]\w{0,20}+(?:[ .-]\w{1,20}+){0,2}(?<!user)(?<!assistant)(?<!context)(?<!commentary)"
)
_LABEL = re.compile(
    rf"(?<!\w)[*_]{{0,3}}(?:(?P<context>{_CONTEXT})|(?P<commentary>{_COMMENTARY})"
    rf"|(?P<speaker>{_SPEAKER})|(?P<name>{_NAME})){_COLON}",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:(?<=\s)|\A)[#*_]{0,6} ?(?:(?:for|another|usage|use|trigger|some|more) )?"
    r"(?:examples?|ejemplos?|exemplos?|exemples?|beispiele?|примеры?|示例|例子)"
    r"(?: (?:usages?|uses?|scenarios?|conversations?|interactions?|triggers?|prompts?|requests?))?"
    rf"(?: ?#?\d{{1,3}}| ?\(\d{{1,3}}\))?(?:{_COLON}|(?<=[*\w])(?=\n|\Z))",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"(?:(?:(?<=\n)|\A)(?P<indent> {0,9})(?:(?P<bullet>[-*•+])|\d{1,3}[.)])"
    r"|(?:(?<=\s)|\A)\((?P<number>\d{1,3})\))\s"
    rf"|(?<=\s)\d{{1,3}}[.)]\s(?=[{_OPENERS}]|(?:{_SPEAKER}){_COLON})",
    re.IGNORECASE,
)
_TRAILING_ITEM = re.compile(r"\n\s{0,9}(?:[-*•+]|\(?\d{1,3}[.)])\s{0,10}\Z")

# These look at the few characters before or after a place; normalised white space is short.
_WINDOW = 48
_AT_QUOTE = re.compile(rf"\s{{0,10}}[{_OPENERS}]")
_AFTER_PAUSE = re.compile(r"(?:\A|\n|[-.!?…。！？\"'”’」』»>→)\]*•+–—])\s{0,10}\Z")
_BEFORE_SPEECH = re.compile(r"(?:\A|[-:：→>)*_•+]|\d\.)\s{0,10}\Z")
_AFTER_SPEAKER = re.compile(rf"(?<!\w)(?:{_SPEAKER}){_COLON}\s{{0,10}}\Z", re.IGNORECASE)

_ARROW = re.compile(r"→|[-=]>")
_STRAY = " \n\"'*_-–—•+.,;:/→>=#"
_PARAGRAPH_END = re.compile(r"\n\n(?! )")
_Block: TypeAlias = list[tuple[bool, str]]
"""What follows a lead-in, in items: whether it is an example, and its text."""

_UNNAMED = {"", "user", "assistant"}
_LIST_LINE = re.compile(r"\n(?! *(?:[-*•+] |\(?\d{1,3}[.)] |[#>|])) *")


def read_description(text: str) -> Description:
    r"""Part a description into its prose and its examples.

    Every word of the text is kept once, in the prose or in an example, except for what only marks
    an example: the tags, `Context:` and `commentary:`, lead-ins such as `Examples:`, and item
    numbers. These dialects are read:

    - `<example>` with `Context:`, `user:`, `assistant:`, other speakers and `<commentary>`. A
      missing end tag is taken to stand before the next `<example>` or at the end of the text.
    - After `Examples:`, `Example 1:` and the like: numbered or bulleted items, or plain dialogue.
      What comes before the first speaker of an item is its context. Without a dialogue or a
      quoted item after it, the lead-in and all that follows is prose.

    In an example, an unlabelled text before the first speaker is its context, and one after the
    closing quote of the last turn is its commentary if it has no other. In an example in which
    nobody is named the text is a turn with an empty speaker, for nothing tells what else it is.

    Args:
        text: The value of `description`, as a YAML parser returns it.

    Returns:
        The parted description. `text` holds line breaks in place of each literal `\n`, for that is
        how Claude Code loads it; a path such as `C:\new` is no exception.
    """
    loaded = text.replace("\\n", "\n")
    prose: list[str] = []
    examples: list[Example] = []
    for piece in _pieces(_normalised(loaded)):
        if isinstance(piece, Example):
            examples.append(piece)
        else:
            prose.append(piece)
    told = tuple(replace(each, turns=each.turns[:MOST_TURNS]) for each in examples[:MOST_EXAMPLES])
    return Description(
        text=loaded,
        prose="\n\n".join(filter(None, map(_paragraphs, prose))),
        examples=told,
        beyond=_size(examples) - _size(told),
    )


def _size(examples: Sequence[Example]) -> int:
    return sum(1 + len(example.turns) for example in examples)


def _normalised(text: str) -> str:
    """Make each run of white space a space, a line break or an empty line, with the indent."""
    return _SPACE.sub(_space, _ESCAPE.sub("", text)).strip()


def _space(run: re.Match[str]) -> str:
    breaks = run[0].count("\n")
    if not breaks:
        return " "
    indent = len(run[0]) - run[0].rfind("\n") - 1
    return "\n" * min(breaks, 2) + " " * min(indent, 8)


# --- From text to examples


def _pieces(text: str) -> Iterator[str | Example]:
    """Part text at its example tags; what is outside them may hold examples without tags."""
    tags = [tag for tag in _EXAMPLE_TAG.finditer(text) if not _in_backticks(text, tag)]
    starts = [0, *(tag.end() for tag in tags)]
    ends = [*(tag.start() for tag in tags), len(text)]
    opens = [False, *(not tag[1] and tag[2].lower() == "example" for tag in tags)]
    for start, end, tagged, leads in zip(starts, ends, opens, [*opens[1:], False], strict=True):
        if tagged:
            yield from _conversation(text[start:end])
        else:
            yield from _untagged(text[start:end], leads=leads)


def _in_backticks(text: str, tag: re.Match[str]) -> bool:
    """Tell whether a tag is only mentioned: `<example>` as code."""
    return text.endswith("`", 0, tag.start()) and text.startswith("`", tag.end())


def _untagged(text: str, *, leads: bool) -> Iterator[str | Example]:
    """Read the examples that lead-ins such as `Examples:` announce.

    Args:
        text: What stands outside of example tags.
        leads: Whether an example tag follows.
    """
    mask = _masked(text)
    lead_ins = list(_LEAD.finditer(mask))
    ends = [*(lead_in.start() for lead_in in lead_ins), len(text)]
    prose = text[: ends[0]]
    blocks = [
        _items(text[lead_in.end() : end], mask[lead_in.end() : end])
        for lead_in, end in zip(lead_ins, ends[1:], strict=True)
    ]
    for lead_in, block, announces in zip(
        lead_ins, blocks, _announce(blocks, leads=leads), strict=True
    ):
        if not announces or not _AFTER_PAUSE.search(mask, *_before(lead_in.start())):
            prose += text[lead_in.start() : lead_in.end()]
        for is_example, item in block:
            if is_example:
                yield prose
                yield from _conversation(item)
                prose = ""
            elif not announces or _WORD.search(item):
                prose += item
    yield _TRAILING_ITEM.sub("", f"\n{prose}") if leads else prose


def _announce(blocks: Sequence[_Block], *, leads: bool) -> list[bool]:
    """Tell which blocks have an example, or nothing at all before what has one."""
    announces = [leads]
    for block in reversed(blocks):
        shows = any(is_example for is_example, _ in block)
        empty = not any(_WORD.search(item) for _, item in block)
        announces.append(shows or (empty and announces[-1]))
    return announces[:0:-1]


@dataclass(slots=True)
class _Item:
    """A part of the text after a lead-in."""

    start: int
    """Where it stands, with its bullet or number."""
    body: int
    """Where it stands without."""
    quoted: bool = False
    first_speaker: str = ""
    has_context: bool = False


def _items(text: str, mask: str) -> _Block:
    """Cut the text after a lead-in into items.

    An item starts at a bullet or number, at a second `Context:`, where the first speaker speaks
    again after an empty line, and with a paragraph after a dialogue.
    """
    items = [_Item(0, 0)]
    labels = {label.start(): label for label in _labels(mask)}
    markers = {marker.start(): marker for marker in _markers(mask)}
    breaks = {end.start(): end for end in _PARAGRAPH_END.finditer(mask)}
    for place in sorted({*labels, *markers, *breaks}):
        item = items[-1]
        if place in markers:
            marker = markers[place]
            if not (marker["bullet"] and _goes_on(item, labels.get(marker.end()))):
                items.append(_Item(place, marker.end(), bool(_AT_QUOTE.match(mask, marker.end()))))
        elif place in labels:
            label = labels[place]
            again = place - 2 in breaks and _speaker(label).casefold() == item.first_speaker
            if item.first_speaker and (again or label["context"]):
                item = _Item(place, place)
                items.append(item)
            item.has_context = item.has_context or bool(label["context"])
            item.first_speaker = item.first_speaker or _speaker(label).casefold()
        elif place + 2 not in labels and place + 2 not in markers and _speaks(item):
            items.append(_Item(place, place + 2))
    ends = [*(item.start for item in items[1:]), len(text)]
    return [_part(text, item, end) for item, end in zip(items, ends, strict=True)]


def _goes_on(item: _Item, label: re.Match[str] | None) -> bool:
    """Tell whether a bullet with that label is only the next line of the item."""
    if label is None or label["context"]:
        return False
    if not item.first_speaker:
        return item.has_context
    return _speaker(label).casefold() != item.first_speaker


def _speaks(item: _Item) -> bool:
    return item.quoted or bool(item.first_speaker)


def _part(text: str, item: _Item, end: int) -> tuple[bool, str]:
    is_example = _speaks(item) or item.has_context
    return is_example, text[item.body if is_example else item.start : end]


def _markers(mask: str) -> Iterator[re.Match[str]]:
    """Find the bullets and numbers of top-level items."""
    number = 0
    indent: int | None = None
    for marker in _ITEM.finditer(mask):
        if marker["number"]:  # within a line: only as the next of a row
            if int(marker["number"]) == number + 1:
                number += 1
                yield marker
        elif marker["indent"] is None or indent is None or len(marker["indent"]) <= indent:
            indent = len(marker["indent"] or "") if indent is None else indent
            yield marker


# --- From an example's text to its parts


class _Kind(Enum):
    UNLABELLED = auto()
    CONTEXT = auto()
    SPEECH = auto()
    COMMENTARY = auto()


@dataclass(frozen=True, slots=True)
class _Segment:
    kind: _Kind
    speaker: str
    text: str


def _conversation(text: str) -> Iterator[Example]:
    """Read one example; yields nothing if the text holds none."""
    segments = [segment for segment in _segments(text) if segment.speaker or segment.text]
    spoken = any(segment.kind is _Kind.SPEECH for segment in segments)
    said: list[Turn] = []
    others: dict[_Kind, list[str]] = {_Kind.CONTEXT: [], _Kind.COMMENTARY: []}
    for segment in segments:
        sets_scene = spoken and not said and segment.text[:1] not in _CLOSERS
        if segment.kind in others:
            others[segment.kind].append(segment.text)
        elif segment.kind is _Kind.UNLABELLED and sets_scene:
            others[_Kind.CONTEXT].append(segment.text)
        else:
            said.append(Turn(segment.speaker, segment.text))
    turns, remark = _turns(said, may_remark=not others[_Kind.COMMENTARY])
    example = Example(
        context=_paragraphs("\n\n".join(others[_Kind.CONTEXT])),
        turns=turns,
        commentary=_paragraphs("\n\n".join([*others[_Kind.COMMENTARY], remark])),
    )
    if example != Example():
        yield example


def _segments(text: str) -> Iterator[_Segment]:
    """Part an example's text at `<commentary>` tags and labels; none in a closed commentary."""
    last_close = max((tag.start() for tag in _COMMENTARY_TAG.finditer(text) if tag[1]), default=-1)
    kind, closed, start = _Kind.UNLABELLED, False, 0
    for tag in _COMMENTARY_TAG.finditer(text):
        yield from _labelled(kind, text[start : tag.start()], plain=closed)
        kind = _Kind.UNLABELLED if tag[1] else _Kind.COMMENTARY
        closed = not tag[1] and tag.end() <= last_close
        start = tag.end()
    yield from _labelled(kind, text[start:], plain=closed)


def _labelled(kind: _Kind, text: str, *, plain: bool) -> Iterator[_Segment]:
    """Part text at its labels, unless it is plain; the kind is that of what precedes them."""
    speaker, start = "", 0
    text = f"\n{text}"  # so that a bullet is known for one
    for label in () if plain else _labels(_masked(text)):
        yield _Segment(kind, speaker, _trimmed(text[start : label.start()]))
        kind, speaker, start = _kind(label), _speaker(label), label.end()
    yield _Segment(kind, speaker, _trimmed(text[start:]))


def _kind(label: re.Match[str]) -> _Kind:
    if label["context"]:
        return _Kind.CONTEXT
    return _Kind.COMMENTARY if label["commentary"] else _Kind.SPEECH


def _speaker(label: re.Match[str]) -> str:
    """Return who speaks: nobody if it is another label."""
    name = label["speaker"] or label["name"] or ""
    return name.lower() if name.lower() in {"user", "assistant"} else name


def _turns(said: Sequence[Turn], *, may_remark: bool) -> tuple[tuple[Turn, ...], str]:
    """Take the quotes off what is said, and what follows the last quote for a remark on it."""
    turns: list[Turn] = []
    remark = ""
    for number, turn in enumerate(said, start=1):
        speech, rest = _speech(turn.text)
        arrow = _ARROW.match(rest)
        if arrow:
            turns += [Turn(turn.speaker, speech), Turn("", rest[arrow.end() :].strip())]
        elif rest[:1] in {"<", "(", "[", "*"}:
            turns.append(Turn(turn.speaker, f"{speech}\n{rest}"))
        elif rest and not (may_remark and number == len(said)):
            turns.append(turn)
        else:
            turns.append(Turn(turn.speaker, speech))
            remark = rest
    return tuple(turn for turn in turns if turn.text or turn.speaker not in _UNNAMED), remark


# --- Labels and quotes


def _labels(mask: str) -> Iterator[re.Match[str]]:
    """Find the labels: `Context:`, `user:`, `commentary:`, `Daisy: "..."`.

    A word before a colon is one after a pause; a known speaker also in bold or before a quote; an
    unknown name only with both a pause and a quote.
    """
    for label in _LABEL.finditer(mask):
        pause = _AFTER_PAUSE.search(mask, *_before(label.start()))
        quoted = _AT_QUOTE.match(mask, label.end())
        marked = label["speaker"] and (quoted or label[0].startswith("**"))
        if (pause or marked) and (quoted or not label["name"]):
            yield label


def _masked(text: str) -> str:
    """Blank out what is said in quotes, for labels and numbers in it are not structure.

    The result is as long as the text. Quotes count where speech may start. A quote that is not
    closed before the next speaker's is none.
    """
    parts: list[str] = []
    done = 0
    opened: int | None = None
    named = False
    for quote in _QUOTE.finditer(text):
        place = quote.start()
        if opened is not None and _closes(text, text[opened], place):
            parts += [text[done : opened + 1], "\0" * (place - opened - 1)]
            done, opened = place, None
        elif quote[0] in _OPENERS and _BEFORE_SPEECH.search(text, *_before(place)):
            by_speaker = bool(_AFTER_SPEAKER.search(text, *_before(place)))
            if opened is None or (by_speaker and (not named or text[opened] == quote[0])):
                opened, named = place, by_speaker
    return "".join(parts) + text[done:]


def _closes(text: str, opener: str, place: int) -> bool:
    """Tell whether the character there is a closing quote and no apostrophe or nested opener."""
    following = text[place + 1 : place + 2]
    return text[place] in _CLOSERS[opener] and (opener in "「『«" or not following.isalnum())


def _speech(text: str) -> tuple[str, str]:
    """Part a quoted text, without its quotes, from what follows; any other text is all speech."""
    if text[:1] not in _CLOSERS:
        return text, ""
    closes = [
        quote.start() for quote in _QUOTE.finditer(text, 1) if _closes(text, text[0], quote.start())
    ]
    if not closes:
        return text, ""
    end = closes[-1]
    if text[end + 1 :].strip(_STRAY):
        end = next((i for i in reversed(closes) if text[i - 1] in ".!?…。！？,"), end)
    speech, rest = text[1:end], text[end + 1 :].strip()
    if text[0] != "'" and end != closes[0] and not text[closes[0] - 1].isspace():
        inner = _QUOTE.search(text, 1)
        if inner and inner.start() == closes[0]:  # "a" and "b"
            return text, ""
    return speech.strip(), rest if rest.strip(_STRAY) or _ARROW.match(rest) else ""


def _before(place: int) -> tuple[int, int]:
    return max(0, place - _WINDOW), place


# --- White space


def _trimmed(text: str) -> str:
    """Take off what joins a segment to the next: arrows, the next bullet, unpaired bold marks."""
    text = _TRAILING_ITEM.sub("", text).rstrip(" \n→")
    text = text.removesuffix("->").removesuffix("=>").strip(" \n→").removeprefix("- ")
    if text.count("**") % 2:
        text = text.removesuffix("**").removeprefix("**")
    return "\n".join(line.strip() for line in text.splitlines()).strip()


def _paragraphs(text: str) -> str:
    """Join the lines of each paragraph, except for list items, headings and tables."""
    if not text.strip(_STRAY):
        return ""
    paragraphs = (paragraph.strip() for paragraph in text.split("\n\n"))
    return "\n\n".join(_LIST_LINE.sub(" ", paragraph) for paragraph in paragraphs if paragraph)
