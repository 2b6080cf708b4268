"""The occasions that a prompt lists are read from its section, and from nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.model.agent import Trigger
from agent_catalog.reading.triggers import read_triggers


def test_a_trigger_for_each_item_of_the_section() -> None:
    prompt = (
        "# Crane\n\n## When to invoke\n\nTwo cases:\n\n"
        "- **The crane stops.** Look at\n  the motor.\n"
        "- **A ship `Ida` waits**: hurry\n    - nested item\n"
        "* no name\n\nYou are a crane agent.\n\n- not a trigger\n\n## Duties\n\n- neither\n"
    )
    assert read_triggers(prompt) == (
        Trigger("The crane stops", "Look at the motor."),
        Trigger("A ship `Ida` waits", "hurry nested item"),
        Trigger("", "no name"),
    )


@pytest.mark.parametrize(
    "heading",
    ["# When to use", "#### WHEN TO INVOKE:", "## 2. When to use this agent", "When to use\n---"],
)
def test_headings_that_start_the_section(heading: str) -> None:
    assert read_triggers(f"{heading}\n1. **Fog.** Wait.\n2. **Ice**\n") == (
        Trigger("Fog", "Wait."),
        Trigger("Ice", ""),
    )


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "- **When to use**\n",
        "```\n## When to use\n\n- a\n```\n",
        "## When to use\n\n## Duties\n\n- a\n",
        "## When to use the other crane\n\n- a\n",
        'See "When to use"\n\n- a\n',
    ],
)
def test_what_is_no_section_has_no_triggers(prompt: str) -> None:
    assert read_triggers(prompt) == ()


def test_a_section_ends_at_a_heading_of_its_level_but_not_below() -> None:
    assert read_triggers("## When to use\n\n### Often\n\n- a\n\n### Rarely\n\n- b\n") == (
        Trigger("", "a"),
    )


@given(st.text() | st.text().map("## When to use\n\n- {}".format))
def test_triggers_are_read_from_any_text(prompt: str) -> None:
    for trigger in read_triggers(prompt):
        assert "\n" not in trigger.name + trigger.text
