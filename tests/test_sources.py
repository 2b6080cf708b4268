from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_catalog.model.catalog import Skipped
from agent_catalog.model.limits import DEEPEST_FOLDER, LARGEST_FILE
from agent_catalog.reading import sources
from agent_catalog.reading.selection import unexpected
from agent_catalog.reading.sources import AgentFile, Found, Source, read_source

NAMES_ARE_BYTES = pytest.mark.skipif(
    sys.platform in {"win32", "darwin"}, reason="file names are Unicode here"
)


def write(folder: Path, *paths: str) -> Path:
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(path.encode())
    return folder


def read(folder: Path, *exclude: str) -> Found:
    return read_source(Source(folder, shown="agents"), {folder / path for path in exclude})


def names(found: Found) -> list[str]:
    """What is passed over."""
    return [each.path for each in found.skipped]


def paths(found: Found) -> list[str]:
    return [file.path for file in found.files]


def test_files_are_found_in_all_folders_hidden_ones_included(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "a.markdown", "C.MD", "x/y/z.md", ".claude/agents/d.md", "notes.txt")
    write(tmp_path, ".hidden.md", "md", "a.mdx", "x.md.bak", "e.agent.md", "f .md", ".md")
    assert paths(read(tmp_path)) == [
        ".claude/agents/d.md",
        ".hidden.md",
        "C.MD",
        "a.markdown",
        "b.md",
        "e.agent.md",
        "f .md",
        "x/y/z.md",
    ]


def test_a_file_is_read_byte_for_byte(tmp_path: Path) -> None:
    data = bytes(range(256)) + b"\r\n\r\n"
    (tmp_path / "a.md").write_bytes(data)
    source = Source(tmp_path, "label", "team/agents")
    assert read_source(source).files == (AgentFile(source, "a.md", data),)
    assert read_source(source).files[0].shown == "team/agents/a.md"


def test_the_current_folder_is_not_shown(tmp_path: Path) -> None:
    write(tmp_path, "x/a.md")
    assert read_source(Source(tmp_path, shown=".")).files[0].shown == "x/a.md"


def test_documents_beside_agents_are_skipped_in_any_case(tmp_path: Path) -> None:
    skipped = ["AGENTS.md", "CLAUDE.md", "Changelog.MD", "LICENSE.markdown", "x/README.md"]
    write(tmp_path, *skipped, "contributing.md", "readme-writer.md", "license/a.md")
    found = read(tmp_path)
    assert names(found) == [*skipped[:4], "contributing.md", "x/README.md"]
    assert {each.reason for each in found.skipped} == {"a document that stands beside agents"}
    assert paths(found) == ["license/a.md", "readme-writer.md"]


DOCUMENTS = ("AGENTS", "CHANGELOG", "CLAUDE", "CONTRIBUTING", "LICENSE", "README")


@pytest.mark.parametrize("start", ["---\n", "---  \r\n", "\ufeff---\n"])
@pytest.mark.parametrize("name", [*DOCUMENTS, *map(str.lower, DOCUMENTS)])
def test_a_file_with_a_frontmatter_is_read_whatever_it_is_called(
    tmp_path: Path, name: str, start: str
) -> None:
    (tmp_path / f"{name}.md").write_text(f"{start}name: a\n---\nReview.\n", "utf-8", newline="")
    found = read(tmp_path)
    assert (paths(found), names(found)) == ([f"{name}.md"], [])


@pytest.mark.parametrize("text", ["", "# Agents\n\n---\n", "----\n", "--- a\n", " ---\n", "---"])
def test_only_a_line_of_three_dashes_starts_a_frontmatter(tmp_path: Path, text: str) -> None:
    (tmp_path / "README.md").write_text(text)
    assert paths(read(tmp_path)) == (["README.md"] if text == "---" else [])


def test_a_document_that_cannot_be_read_is_told_for_nobody_knows_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(b"-" * (LARGEST_FILE + 1))
    found = read(tmp_path)
    reason = f"it has more than {LARGEST_FILE:,} bytes, and so much is not read"
    assert found.skipped == (Skipped("CHANGELOG.md", reason),)
    assert unexpected(found.skipped) == list(found.skipped)


def test_folders_of_tools_are_left_out(tmp_path: Path) -> None:
    folders = [".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"]
    write(tmp_path, "a.md", *(f"x/{folder}/b.md" for folder in folders), "git/c.md")
    found = read(tmp_path)
    assert (paths(found), found.skipped) == (["a.md", "git/c.md"], ())


def test_excluded_folders_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "site/b.md", "x/site/c.md", "docs/d.md")
    assert paths(read(tmp_path, "site", "docs")) == ["a.md", "x/site/c.md"]


def test_links_are_skipped_to_whatever_they_point(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", "secret.md")
    inside = write(tmp_path / "inside", "a.md", "real/b.md")
    (inside / "file.md").symlink_to(outside / "secret.md")
    (inside / "near.md").symlink_to(inside / "a.md")
    (inside / "dangling.md").symlink_to(outside / "nowhere")
    (inside / "loop.md").symlink_to(inside / "loop.md")
    (inside / "folder").symlink_to(outside)
    (inside / "up").symlink_to(tmp_path)
    (inside / "folder.md").symlink_to(outside)
    found = read(inside)
    assert paths(found) == ["a.md", "real/b.md"]
    linked = ["dangling.md", "file.md", "folder", "folder.md", "loop.md", "near.md", "up"]
    assert names(found) == linked
    assert {each.reason.partition(",")[0] for each in found.skipped} == {"a symbolic link"}


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    write(tmp_path, "folder.md/a.md")
    os.mkfifo(tmp_path / "pipe.md")
    found = read(tmp_path)
    assert paths(found) == ["folder.md/a.md"]
    assert found.skipped == (Skipped("pipe.md", "a pipe, a socket or a device"),)


@pytest.mark.parametrize("replaced", ["a.md", "team", "team/lead"])
def test_a_link_put_in_place_after_the_listing_is_not_followed(
    tmp_path: Path, replaced: str
) -> None:
    inside = write(tmp_path / "inside", "a.md", "team/lead/a.md")
    outside = write(tmp_path / "outside", "a.md", "lead/a.md")
    path = inside / ("a.md" if replaced == "a.md" else "team/lead/a.md")
    if (inside / replaced).is_dir():
        (inside / replaced).rename(tmp_path / "old")
    else:
        (inside / replaced).unlink()
    target = {"a.md": "a.md", "team": "", "team/lead": "lead"}[replaced]
    (inside / replaced).symlink_to(outside / target)
    assert path.read_bytes().endswith(b"a.md")  # who follows links gets there
    file = sources.read_file(Source(inside), "a.md", path)
    assert (file.data, bool(file.error)) == (b"", True)


def test_a_pipe_put_in_place_after_the_listing_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    file = sources.read_file(Source(tmp_path), "a.md", tmp_path / "a.md")
    assert (file.data, file.error) == (b"", "a pipe, a socket or a device")


def test_a_file_with_a_second_name_is_like_any_other(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    os.link(tmp_path / "a.md", tmp_path / "b.md")
    assert [file.data for file in read(tmp_path).files] == [b"a.md", b"a.md"]


def test_of_a_file_that_is_too_large_nothing_is_kept(tmp_path: Path) -> None:
    write(tmp_path, "b.md")
    (tmp_path / "a.md").write_bytes(b"x" * LARGEST_FILE)
    with (tmp_path / "c.md").open("wb") as file:
        file.truncate(5_000_000_000)  # it takes no room on the disk
    a, b, c = read(tmp_path).files
    assert (len(a.data), a.too_large) == (LARGEST_FILE, False)
    assert b.data == b"b.md"
    assert (c.data, c.too_large) == (b"", True)
    assert c.error == "it has more than 1,048,576 bytes, and so much is not read"


def test_of_too_many_bytes_and_files_the_first_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LARGEST_SUM", 9)
    monkeypatch.setattr(sources, "MOST_FILES", 3)
    write(tmp_path, "a.md", "b.md", "c.md", "d.md")
    found = read(tmp_path)
    assert [file.data for file in found.files] == [b"a.md", b"b.md", b""]
    assert names(found) == ["d.md"]


def test_very_deep_folders_are_passed_over(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(200):  # of more, shutil cannot delete what pytest leaves behind
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    deepest = "/".join(["d"] * DEEPEST_FOLDER)
    write(tmp_path, f"{deepest}/a.md", f"{deepest}/d/b.md")
    found = read(tmp_path)
    assert paths(found) == [f"{deepest}/a.md"]
    assert found.skipped == (Skipped(f"{deepest}/d", "below more than 32 folders"),)


def test_a_site_of_the_catalog_is_no_source(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "x/out/agents/a.md", "x/catalog.json", "x/b.md")
    write(tmp_path, "x/out/catalog.json", "x/out/catalog.schema.json")
    found = read(tmp_path)
    assert paths(found) == ["a.md", "x/b.md"]
    assert found.skipped == (Skipped("x/out", "a site of the agent catalog"),)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    (tmp_path / "a.md").chmod(0)
    (file,) = read(tmp_path).files
    assert (file.data, file.error) == (b"", "Permission denied")


@NAMES_ARE_BYTES
def test_names_that_are_no_utf8_are_spelled_out_and_kept_apart(tmp_path: Path) -> None:
    names = [b"caf\xe9.md", b"caf\\xe9.md", "café.md".encode(), b"\xff.md"]
    for name in names:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:  # noqa: PTH118, PTH123 (bytes)
            file.write(name)
    found = read(tmp_path)
    assert {file.path: file.data for file in found.files} == {
        r"\xff.md": b"\xff.md",
        r"caf\xe9.md": b"caf\xe9.md",
        r"caf\\xe9.md": b"caf\\xe9.md",
        "café.md": "café.md".encode(),
    }


PATHS = st.lists(st.text("abAB.é -", min_size=1, max_size=4), min_size=1, max_size=3).map(
    lambda parts: "/".join(f"_{part}" for part in parts) + ".md"
)


@given(st.sets(PATHS, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_files_is_that_of_their_paths(
    tmp_path_factory: pytest.TempPathFactory, written: set[str], order: random.Random
) -> None:
    shuffled = sorted(written)
    order.shuffle(shuffled)
    folder = write(tmp_path_factory.mktemp("source"), *shuffled)
    assert paths(read(folder)) == sorted(written)


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == Found((), ())
