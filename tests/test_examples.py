"""Descriptions are parted into prose and conversations, whatever dialect they are written in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.model.agent import Description, Example, Turn
from agent_catalog.reading.examples import read_description

PROSE = "Use this agent to mend the harbour crane."

LIFT = Example(
    context="The crane stopped.",
    turns=(
        Turn("user", "It won't lift, that's odd"),
        Turn("assistant", "I'll call the crane agent"),
    ),
    commentary="A crane that stops is its trade.",
)


def only(description: Description) -> Example:
    (example,) = description.examples
    return example


# --- Tagged examples


def test_a_tagged_example_on_many_lines() -> None:
    description = read_description(
        f"{PROSE} Examples:\n\n<example>\nContext: The crane stopped.\n"
        'user: "It won\'t lift, that\'s odd"\nassistant: "I\'ll call the crane agent"\n'
        "<commentary>\nA crane that stops is its trade.\n</commentary>\n</example>"
    )
    assert only(description) == LIFT
    assert description.prose == PROSE


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("'", "'"), ('"', '"'), ('\\"', '\\"'), ("“", "”"), ("‘", "’"), ("「", "」"), ("«", "»")],
)
def test_quotes_of_every_kind_are_taken_off(opening: str, closing: str) -> None:
    description = read_description(
        f"{PROSE} <example>Context: The crane stopped. "
        f"user: {opening}It won't lift, that's odd{closing} "
        f"assistant: {opening}I'll call the crane agent{closing} "
        "<commentary>A crane that stops is its trade.</commentary></example>"
    )
    assert only(description) == LIFT
    assert description.prose == PROSE


def test_speech_without_quotes_ends_with_its_line() -> None:
    example = only(read_description("<example>\nuser: Lift it\nassistant: I lift it.\n</example>"))
    assert example.turns == (Turn("user", "Lift it"), Turn("assistant", "I lift it."))


def test_a_literal_backslash_n_is_a_line_break_wherever_it_stands() -> None:
    description = read_description(
        r"First.\n\nSecond in C:\new. <example>\nuser: \"one\ntwo\"\n</example>"
    )
    assert description.text.startswith("First.\n\nSecond in C:\new")
    assert description.prose == "First.\n\nSecond in C: ew."
    assert only(description).turns == (Turn("user", "one\ntwo"),)


def test_several_examples_on_one_line_and_text_between_and_after_them() -> None:
    description = read_description(
        "Before. <example>user: 'a'</example> Between. <example>user: 'b'</example> After."
    )
    assert [example.turns[0].text for example in description.examples] == ["a", "b"]
    assert description.prose == "Before.\n\nBetween.\n\nAfter."


def test_labels_and_numbers_in_quoted_speech_are_text() -> None:
    example = only(
        read_description(
            "Examples: (1) User: 'It has fields. User: and Context: are broken, (2) too' "
            "→ Assistant: 'Noted'"
        )
    )
    assert example.turns == (
        Turn("user", "It has fields. User: and Context: are broken, (2) too"),
        Turn("assistant", "Noted"),
    )


def test_a_word_before_a_colon_within_a_sentence_is_no_speaker() -> None:
    example = only(
        read_description("<example>\nContext: We log the user: name and age.\nuser: Go\n</example>")
    )
    assert example.context == "We log the user: name and age."


def test_a_context_without_a_full_stop_ends_at_the_quoted_speaker() -> None:
    example = only(read_description("<example>Context: Rust on the hook user: 'Help'</example>"))
    assert (example.context, example.turns) == ("Rust on the hook", (Turn("user", "Help"),))


def test_text_before_the_first_speaker_is_the_context() -> None:
    example = only(read_description('<example>A ship waits. user: "Hurry"</example>'))
    assert (example.context, example.turns) == ("A ship waits.", (Turn("user", "Hurry"),))


@pytest.mark.parametrize(
    "text",
    [
        "<example>user: 'a' assistant: 'b' <commentary>why</commentary></example>",
        "<example>user: 'a' <commentary>why</commentary> assistant: 'b'</example>",
        "<example><commentary>why</commentary> user: 'a' assistant: 'b'</example>",
        "<example>user: 'a' assistant: 'b' <commentary>why</example>",
        "<example>user: 'a' assistant: 'b' why",
        "<example>\nuser: 'a'\nassistant: 'b'\ncommentary: why\n</example>",
        "<example>user: 'a' <commentary>why assistant: 'b'</example>",
    ],
)
def test_the_commentary_is_found_wherever_it_stands(text: str) -> None:
    assert only(read_description(text)) == Example(
        turns=(Turn("user", "a"), Turn("assistant", "b")), commentary="why"
    )


def test_a_second_reply_after_the_commentary_is_a_turn() -> None:
    example = only(
        read_description(
            "<example>user: 'a' assistant: 'b' <commentary>why</commentary> assistant: 'c'</example>"
        )
    )
    assert example.turns[2:] == (Turn("assistant", "c"),)
    assert example.commentary == "why"


def test_a_label_in_a_commentary_is_text() -> None:
    example = only(
        read_description(
            "<example>user: 'a'<commentary>As asked. User: is a field.</commentary></example>"
        )
    )
    assert example.commentary == "As asked. User: is a field."


@pytest.mark.parametrize(
    ("label", "speaker"),
    [
        ("USER:", "user"),
        ("**User:**", "user"),
        ("**Assistant**:", "assistant"),
        ("- user:", "user"),
        ("Usuario:", "Usuario"),
        ("User request:", "User request"),
        ("user_request:", "user_request"),
        ("用户：", "用户"),
        ("Daisy:", "Daisy"),
        ("Dock master:", "Dock master"),
    ],
)
def test_speakers_keep_their_names(label: str, speaker: str) -> None:
    example = only(read_description(f'<example>\nContext: Fog.\n{label} "Hello"\n</example>'))
    assert example == Example(context="Fog.", turns=(Turn(speaker, "Hello"),))


def test_a_note_in_angle_brackets_stays_in_the_turn() -> None:
    example = only(
        read_description(
            '<example>\nassistant: "Here it is: "\n<function call omitted for brevity>\n'
            '<commentary>It is written.</commentary>\nassistant: "Now I check it"\n</example>'
        )
    )
    assert example.turns == (
        Turn("assistant", "Here it is:\n<function call omitted for brevity>"),
        Turn("assistant", "Now I check it"),
    )


@pytest.mark.parametrize(
    ("text", "speech"),
    [
        ('"Use the "blue" hook"', 'Use the "blue" hook'),
        ('"Lift" or "lower"', '"Lift" or "lower"'),
        ("'The dockers' gate is shut'", "The dockers' gate is shut"),
        ('"Lift it".', "Lift it"),
        ('"Lift it', '"Lift it'),
        ("/lift", "/lift"),
    ],
)
def test_only_a_matched_pair_of_quotes_is_taken_off(text: str, speech: str) -> None:
    assert only(read_description(f"<example>user: {text}</example>")).turns == (
        Turn("user", speech),
    )


def test_an_unclosed_quote_does_not_hide_the_next_speaker() -> None:
    example = only(read_description('<example>user: "Lift it assistant: "Yes"</example>'))
    assert example.turns == (Turn("user", '"Lift it'), Turn("assistant", "Yes"))


@pytest.mark.parametrize(
    "text",
    [
        "<example>user: 'a' <example>user: 'b'</example>",
        "<example>user: 'a'</example></example> <example>user: 'b'",
        "<examples>\n<example>user: 'a'</example>\n<example>user: 'b'</example>\n</examples>",
        "Examples:\n- <example>user: 'a'</example>\n- <example>user: 'b'</example>",
        "1. <example>user: 'a'</example>\n2. <example>user: 'b'</example>",
        "**Examples:**\n\nExample 1:\n<example>user: 'a'</example>\nExample 2:\n<example>user: 'b'",
        "## Examples\n<example id=\"1\">user: 'a'</example><Example >user: 'b'</Example>",
    ],
)
def test_broken_wrapped_and_numbered_tags(text: str) -> None:
    description = read_description(text)
    assert [example.turns for example in description.examples] == [
        (Turn("user", "a"),),
        (Turn("user", "b"),),
    ]
    assert description.prose == ""


def test_a_tag_that_is_only_mentioned_is_prose() -> None:
    text = "Writes `<example>` blocks for cranes."
    assert read_description(text) == Description(text=text, prose=text)


def test_an_empty_example_is_none() -> None:
    assert read_description("<example> </example>").examples == ()


def test_an_example_in_which_nobody_is_named_is_a_turn_of_nobody() -> None:
    assert only(read_description("<example>Lift the box</example>")) == Example(
        turns=(Turn("", "Lift the box"),)
    )


def test_a_sentence_that_announces_examples_stays_whole() -> None:
    description = read_description("Here are some examples: <example>user: 'a'</example>")
    assert description.prose == "Here are some examples:"


# --- Examples without tags


def test_numbered_items_with_arrows() -> None:
    description = read_description(
        f"{PROSE} Examples: (1) User: 'Lift it' → Assistant: 'I'll lift it' "
        "(2) After unloading a ship -> Assistant: 'I'll check the hook'"
    )
    assert description.examples == (
        Example(turns=(Turn("user", "Lift it"), Turn("assistant", "I'll lift it"))),
        Example(
            context="After unloading a ship", turns=(Turn("assistant", "I'll check the hook"),)
        ),
    )
    assert description.prose == PROSE


@pytest.mark.parametrize(
    ("item", "example"),
    [
        (
            'User: "Lift it" → starts the agent',
            Example(turns=(Turn("user", "Lift it"), Turn("", "starts the agent"))),
        ),
        ('"Lift it"', Example(turns=(Turn("", "Lift it"),))),
        (
            'A ship waits. user: "Hurry" assistant: "At once"',
            Example(
                context="A ship waits.",
                turns=(Turn("user", "Hurry"), Turn("assistant", "At once")),
            ),
        ),
        (
            'Context: A ship waits\n  user: "Hurry"\n  commentary: Ships cost money',
            Example(
                context="A ship waits",
                turns=(Turn("user", "Hurry"),),
                commentary="Ships cost money",
            ),
        ),
    ],
)
@pytest.mark.parametrize("bullet", ["-", "*", "1."])
def test_items_in_a_list(bullet: str, item: str, example: Example) -> None:
    description = read_description(f"{PROSE}\n\nExamples:\n{bullet} {item}\n{bullet} {item}\n")
    assert description.examples == (example, example)
    assert description.prose == PROSE


def test_a_bullet_for_each_speaker_is_one_example() -> None:
    description = read_description(
        "Example:\n- Context: Fog.\n- user: 'Lift'\n- assistant: 'No'\n- user: 'Why'\n- assistant: 'Fog'"
    )
    assert [len(example.turns) for example in description.examples] == [2, 2]
    assert description.examples[0].context == "Fog."


def test_labelled_examples_and_plain_dialogue() -> None:
    description = read_description(
        f"{PROSE}\n\n**Example 1:**\nUser: Lift it\nAssistant: I lift it\n\n"
        "Example 2: user: 'Lower it' assistant: 'I lower it'. For example: user: 'Stop'"
    )
    assert [example.turns for example in description.examples] == [
        (Turn("user", "Lift it"), Turn("assistant", "I lift it")),
        (Turn("user", "Lower it"), Turn("assistant", "I lower it")),
        (Turn("user", "Stop"),),
    ]
    assert description.prose == PROSE


def test_a_second_context_starts_a_second_example() -> None:
    description = read_description(
        "Examples: Context: Fog. user: 'Lift' assistant: 'No.' Fog is a hazard. "
        "Context: Sun. user: 'Lift'"
    )
    assert description.examples == (
        Example(
            context="Fog.",
            turns=(Turn("user", "Lift"), Turn("assistant", "No.")),
            commentary="Fog is a hazard.",
        ),
        Example(context="Sun.", turns=(Turn("user", "Lift"),)),
    )


def test_paragraphs_after_a_dialogue_are_prose_again() -> None:
    description = read_description(
        "Examples:\n- User: 'Lift'\n\n- User: 'Lower'\n\nNever call it:\n- in fog\n- at night"
    )
    assert len(description.examples) == 2
    assert description.prose == "Never call it:\n- in fog\n- at night"


def test_a_paragraph_after_quoted_items_is_prose_again() -> None:
    description = read_description('Examples:\n- "Lift"\n- "Lower"\n\nNot in fog.')
    assert [example.turns for example in description.examples] == [
        (Turn("", "Lift"),),
        (Turn("", "Lower"),),
    ]
    assert description.prose == "Not in fog."


def test_bold_speakers_on_one_line() -> None:
    assert only(read_description("**Example:** **User**: lift **Assistant**: no")).turns == (
        Turn("user", "lift"),
        Turn("assistant", "no"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "Examples include: lifting, lowering and turning.",
        "Examples:\n- lifting a box\n- lowering a box",
        "For example, a user: name pair. Use it (1) at sea and (2) ashore.",
        "Tell the user: stop. Never answer as assistant: it confuses.",
    ],
)
def test_lists_of_uses_are_prose(text: str) -> None:
    assert read_description(text) == Description(text=text, prose=text)


def test_prose_keeps_paragraphs_and_list_items_and_joins_wrapped_lines() -> None:
    description = read_description("One\ntwo.  Three.\r\n \r\nFour:\n  - a\n    b\n  - c\n1. d\n")
    assert description.prose == "One two. Three.\n\nFour:\n  - a b\n  - c\n1. d"


# --- Any text

WORDS = ["fix", "the", "crane", "that's", "slow", "API", "(beta)", "v2.0", "naïve", "数据", "a/b"]
SPEECH = st.builds(
    lambda words, end: " ".join(words) + end,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6),
    st.sampled_from(["", ".", "?", "!"]),
)
EXAMPLES = st.lists(
    st.builds(
        lambda context, turns, commentary: Example(
            context=context,
            turns=tuple(
                Turn(("user", "assistant")[number % 2], text) for number, text in enumerate(turns)
            ),
            commentary=commentary,
        ),
        st.just("") | SPEECH,
        st.lists(SPEECH, min_size=1, max_size=4),
        st.just("") | SPEECH,
    ),
    min_size=1,
    max_size=4,
)
QUOTES = ["''", '""', "“”", "「」", ("\\'", "\\'"), ('\\"', '\\"')]


def lines(example: Example, quotes: tuple[str, str]) -> list[str]:
    return [
        *([f"Context: {example.context}"] if example.context else []),
        *(f"{turn.speaker}: {quotes[0]}{turn.text}{quotes[1]}" for turn in example.turns),
    ]


def tagged(examples: list[Example], quotes: tuple[str, str], joint: str) -> str:
    parts = []
    for example in examples:
        why = [f"<commentary>{example.commentary}</commentary>"] if example.commentary else []
        parts += ["<example>", *lines(example, quotes), *why, "</example>"]
    return f"{PROSE} Examples:{joint}{joint.join(parts)}"


def numbered(examples: list[Example], quotes: tuple[str, str]) -> str:
    items = [" → ".join(lines(example, quotes)) for example in examples]
    return f"{PROSE} Examples: " + " ".join(f"({n}) {item}" for n, item in enumerate(items, 1))


def bulleted(examples: list[Example], quotes: tuple[str, str]) -> str:
    why = "\n  commentary: {}"
    return f"{PROSE}\n\nExamples:\n" + "\n".join(
        "- "
        + "\n  ".join(lines(example, quotes))
        + (why.format(example.commentary) if example.commentary else "")
        for example in examples
    )


def labelled(examples: list[Example], quotes: tuple[str, str]) -> str:
    return PROSE + "".join(
        f"\n\n**Example {number}:**\n" + "\n".join(lines(example, quotes))
        for number, example in enumerate(examples, 1)
    )


@given(EXAMPLES, st.sampled_from(QUOTES), st.sampled_from([" ", "\n", "\\n", "\n\n", "\n    "]))
def test_tagged_examples_are_read_as_written(
    examples: list[Example], quotes: tuple[str, str], joint: str
) -> None:
    description = read_description(tagged(examples, quotes, joint))
    assert description.examples == tuple(examples)
    assert description.prose == PROSE


@pytest.mark.parametrize("write", [numbered, bulleted, labelled])
@given(examples=EXAMPLES, quotes=st.sampled_from(QUOTES))
def test_untagged_examples_are_read_as_written(
    write: Callable[[list[Example], tuple[str, str]], str],
    examples: list[Example],
    quotes: tuple[str, str],
) -> None:
    description = read_description(write(examples, quotes))
    kept = write is bulleted
    assert description.examples == tuple(
        Example(
            context=example.context,
            turns=example.turns,
            commentary=example.commentary if kept else "",
        )
        for example in examples
    )
    assert description.prose == PROSE


MARKS = [
    "<example>",
    "</example>",
    "<example 3>",
    "<examples>",
    "<example",
    "<commentary>",
    "</commentary>",
    "Context:",
    "user:",
    "\n**User:** ",
    "assistant: ",
    "commentary:",
    "Daisy: ",
    "Examples:",
    "Another example: ",
    "\nExample 2:\n",
    "(1) ",
    "(2) ",
    "\n- ",
    "\n1. ",
    "\n\n",
    "\\n",
    " → ",
    " -> ",
    '"',
    "' ",
    " '",
    '\\"',
    "“",
    "」",
    "**",
    "`<example>`",
    ". ",
    ":",
]
NOT_KEPT = {
    *("example", "examples", "context", "commentary", "user", "assistant"),
    *("for", "another", "usage", "use", "trigger", "some", "more"),
}


def words(text: str) -> Counter[str]:
    found = re.findall(r"[^\W_]+", text.casefold())
    return Counter(word for word in found if word not in NOT_KEPT and not word.isdigit())


@given(
    st.lists(st.sampled_from(MARKS) | st.sampled_from([" fix", " crane ", "lift", "Ärger"])).map(
        "".join
    )
    | st.text()
)
def test_every_word_is_shown_once(text: str) -> None:
    description = read_description(text)
    parts = [description.prose]
    for example in description.examples:
        parts += [example.context, example.commentary]
        parts += [part for turn in example.turns for part in (turn.speaker, turn.text)]
    untagged = re.sub(r"(?i)</?(?:examples?|commentary)(?=[\s/>])[^<>]*>", " ", description.text)
    assert words(" ".join(parts)) == words(untagged)


@pytest.mark.parametrize("before", ["", "Examples: ", "<example>user: '"])
@pytest.mark.parametrize(
    "unit",
    [
        *("<example>", "<example ", "</example>", "<commentary>", "user:", "user: '", "Context: "),
        *("(1)", "(1) User: 'x' ", "'", '"', '\\"', "\\", "\\n", " ", "\n\n", "\n- ", '\n- "x"'),
        *("Examples:", "Examples: user: 'x' ", "user: a\n\nb\n\n", "a_", "→", "*_", "`<example>`"),
    ],
)
def test_large_input_of_one_kind_is_read(before: str, unit: str) -> None:
    text = (before + unit * (65_536 // len(unit)))[:65_536]
    assert read_description(text).text == text.replace("\\n", "\n")
