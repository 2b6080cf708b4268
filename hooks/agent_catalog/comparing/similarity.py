"""How near two agents are in purpose: the cosine of their words, rare ones counting more."""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

SIMILAR = 0.4
"""From which similarity on two purposes are called similar."""

_NAME = 3.0
_EXAMPLES = 0.25
_CANDIDATES = 32
"""Purposes to compare one with in full: those that share the most of its rarer words."""
_MOST_LOOKED_AT = 5000
"""Purposes to look at for candidates; words that more of them have bring none."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Scripts that do not part words by spaces, or only groups of them: taken in pairs of letters."""
_WORD = re.compile(rf"(?P<letters>[{_UNSPACED}]+)|(?:(?![{_UNSPACED}])[^\W\d_]){{2,}}")

_Key = TypeVar("_Key", bound=Hashable)
_Vector: TypeAlias = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Purpose:
    """What is known of an agent's purpose, as plain text."""

    name: str
    description: str
    """Without examples."""
    examples: str = ""


def similar(
    purposes: Mapping[_Key, Purpose], least: float = SIMILAR
) -> dict[_Key, dict[_Key, float]]:
    """For each purpose those that are similar, and how much, the most similar first.

    The measure is the cosine between vectors of word counts, each weighed by how few of the
    purposes have the word (TF-IDF: Salton and Buckley, *Term-weighting approaches in automatic
    text retrieval*, 1988). A word of the name counts three times, one of the examples a quarter.
    It is the same both ways, 1 for equal texts and 0 for texts with no word in common; texts in
    two languages have few. A purpose without description and examples is not similar to any.

    Only the 32 that share the most of a purpose's rarer words are compared with it, so the cost
    grows with the number of purposes, not with its square.

    Args:
        purposes: What to compare.
        least: From which similarity on.
    """
    vectors = _vectors(purposes)
    near = _candidates(vectors, least)
    order = {key: place for place, key in enumerate(purposes)}
    found: dict[_Key, dict[_Key, float]] = {key: {} for key in purposes}
    for key, others in near.items():
        scores = {other: _cosine(vectors[key], vectors[other]) for other in others}
        enough = (other for other, score in scores.items() if score >= least)
        ranked = sorted(enough, key=lambda other: (-scores[other], order[other]))
        found[key] = {other: scores[other] for other in ranked}
    return found


def _cosine(one: _Vector, other: _Vector) -> float:
    if len(one) > len(other):
        one, other = other, one
    # The sum must not depend on the order, for two agents to be alike both ways.
    return round(math.fsum(one[word] * other[word] for word in one if word in other), 6)


def _vectors(purposes: Mapping[_Key, Purpose]) -> dict[_Key, _Vector]:
    """Vectors of length 1, each with its words from the rarest to the commonest."""
    counts = {key: _counts(each) for key, each in purposes.items()}
    counts = {key: count for key, count in counts.items() if count}
    having = Counter(word for count in counts.values() for word in count)
    rank = {word: place for place, word in enumerate(sorted(having, key=lambda w: (having[w], w)))}
    return {
        key: _vector(
            {word: count[word] for word in sorted(count, key=rank.__getitem__)}, having, len(counts)
        )
        for key, count in counts.items()
    }


def _vector(count: Mapping[str, float], having: Mapping[str, int], of: int) -> _Vector:
    weights = {word: number * math.log(1 + of / having[word]) for word, number in count.items()}
    length = math.hypot(*weights.values())
    return {word: weight / length for word, weight in weights.items()}


def _counts(purpose: Purpose) -> Mapping[str, float]:
    counts: defaultdict[str, float] = defaultdict(float)
    for text, weight in ((purpose.description, 1.0), (purpose.examples, _EXAMPLES)):
        for word in _words(text):
            counts[word] += weight
    if counts:
        for word in _words(purpose.name):
            counts[word] += _NAME
    return counts


def _words(text: str) -> Iterable[str]:
    for match in _WORD.finditer(text.casefold()):
        if match["letters"] and len(match[0]) > 1:
            yield from (match[0][at : at + 2] for at in range(len(match[0]) - 1))
        else:
            yield match[0]


def _candidates(vectors: Mapping[_Key, _Vector], least: float) -> dict[_Key, list[_Key]]:
    """The purposes that may be similar to each.

    Two vectors of length 1 whose cosine is `c` must share a word that is not among the commonest
    words of either, those that together are shorter than `c` (prefix filtering: Bayardo, Ma and
    Srikant, *Scaling up all pairs similarity search*, 2007). So only the others are looked up.
    """
    prefixes = {key: _prefix(vector, least) for key, vector in vectors.items()}
    having: dict[str, list[tuple[_Key, float]]] = defaultdict(list)
    for key, prefix in prefixes.items():
        for word in prefix:
            having[word].append((key, vectors[key][word]))
    return {key: _nearest(key, prefixes[key], vectors[key], having) for key in vectors}


def _prefix(vector: _Vector, least: float) -> Sequence[str]:
    words = []
    rest = 1.0
    for word, weight in vector.items():
        if rest < least * least:
            break
        words.append(word)
        rest -= weight * weight
    return words


def _nearest(
    key: _Key,
    words: Iterable[str],
    vector: _Vector,
    having: Mapping[str, Sequence[tuple[_Key, float]]],
) -> list[_Key]:
    shared: dict[_Key, float] = defaultdict(float)
    left = _MOST_LOOKED_AT
    for word in words:
        left -= len(having[word])
        if left < 0:
            break
        weight = vector[word]
        for other, its in having[word]:
            shared[other] += weight * its
    shared.pop(key, None)
    return heapq.nlargest(_CANDIDATES, shared, key=shared.__getitem__)
