"""The learned splitter: which blocks of a page are the titles of its items, if it has several.

Three passes of trees score each block as a title and as text of an item; the second and third see
what the one before guessed of the blocks that are alike. Sets of likely titles are then held
against each other, and against leaving the page whole, by trees that see each set as a whole.

Everything is computed in integers: the same page gets the same items on every machine.
`training/digests/` makes the files.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np

from pipeline.digests.around import around_columns
from pipeline.digests.candidates import Candidate, Scores, candidates_of
from pipeline.digests.cohesion import cohesion_columns
from pipeline.digests.columns import guess_columns, looks_columns
from pipeline.digests.evidence import DIFFERENT, PROSE_SHARE, TEXT_SHARE, evidence_columns
from pipeline.digests.outline import Outline
from pipeline.digests.records import Record, records_of
from pipeline.errors import ConfigurationError
from pipeline.trees import FULL, Bytes, Ints, StoredTrees, Trees, packed, scores_of, unpacked

TEXT_MODEL = Path(__file__).with_name("text_splitter.bin")
MARKUP_MODEL = Path(__file__).with_name("markup_splitter.bin")
FORMAT = 2
MAX_TRIED = 16
"""Among so many sets of titles, one is looked for whose titles differ and have texts."""
MIN_WITH_TEXT = 0.6
"""Share of the titles that have a text,"""
MIN_DIFFERENT = 0.7
"""and share of those that differ, if there is such a set."""
MIN_EXPECTED = 150
"""A page whose titles are expected to score less in all is no listing: it is looked at no more."""


class Splitter(msgspec.Struct, frozen=True):
    """What was learned of listings, for captures of one form."""

    about: dict[str, str]
    passes: tuple[tuple[Trees, Trees], ...]
    """Trees for titles and for texts, pass by pass."""
    choice: Trees
    """Which of the sets of a page is the best,"""
    accept: Trees
    """and whether the page is a listing, given that set."""

    def scores(self, outline: Outline) -> Scores | None:
        """Return what is guessed of each block, None for a page that is clearly no listing."""
        return scored(self.passes, outline)

    def choose(self, outline: Outline, scores: Scores) -> tuple[Candidate | None, float]:
        """Return the best set of titles, if any, and how likely the page is a digest, 0…1."""
        candidates = candidates_of(outline, scores)
        if not candidates:
            return None, 0.0
        columns = evidence_columns(outline, scores, candidates)
        best = best_of(self.choice.logits(columns), columns)
        chosen = candidates[best]
        seen = accept_columns(outline, scores, chosen, columns[:, best])
        return chosen, int(scores_of(self.accept.logits(seen))[0]) / FULL


def scored(passes: tuple[tuple[Trees, Trees], ...], outline: Outline) -> Scores | None:
    """Return the scores after all passes, None where the first finds next to nothing."""
    looks = looks_columns(outline)
    columns = looks
    scores = None
    for titles, texts in passes:
        if scores is not None:
            columns = np.concatenate((looks, guess_columns(outline, scores.title, scores.text)))
        title = scores_of(titles.logits(columns))
        if int(title.sum()) < MIN_EXPECTED:
            return None
        scores = Scores(title, scores_of(texts.logits(columns)))
    return scores


def best_of(ranks: Ints, evidence: Bytes) -> int:
    """Return which of s sets is the best by their ranks (s,), given what speaks for each.

    One of whose titles many have no text takes the texts for titles, too, and one with the same
    title again and again takes what stands below titles: the first of the next ones that does not
    is better. If all do, the best is the best.
    """
    ranked = np.argsort(-ranks, kind="stable")[:MAX_TRIED]
    seen = evidence[:, ranked]
    with_text = np.maximum(seen[TEXT_SHARE], seen[PROSE_SHARE])
    likely = (with_text >= MIN_WITH_TEXT * FULL) & (seen[DIFFERENT] >= MIN_DIFFERENT * FULL)
    return int(ranked[np.argmax(likely)])


def has_texts(records: Sequence[Record]) -> bool:
    """Tell whether enough records have a text; one without is not published."""
    return sum(bool(record.texts) for record in records) >= MIN_WITH_TEXT * len(records)


def accept_columns(
    outline: Outline, scores: Scores, chosen: Candidate, evidence: Bytes
) -> Bytes:  # (columns, 1)
    """Return what tells whether a page is a listing, given a set of titles and what speaks for it.

    That is also what the records of these titles have in common, and what stands around them.
    """
    records = records_of(outline, scores, chosen.titles)
    return np.concatenate(
        (
            evidence[:, None],
            cohesion_columns(outline, records),
            around_columns(outline.hints, chosen.titles),
        )
    )


class _Stored(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    about: dict[str, str]
    passes: list[tuple[StoredTrees, StoredTrees]]
    choice: StoredTrees
    accept: StoredTrees


def encoded(splitter: Splitter) -> bytes:
    """Return the splitter as a file holds it: the same splitter, the same bytes."""
    return msgspec.msgpack.encode(
        _Stored(
            FORMAT,
            dict(sorted(splitter.about.items())),
            [(packed(titles), packed(texts)) for titles, texts in splitter.passes],
            packed(splitter.choice),
            packed(splitter.accept),
        )
    )


def decoded(content: bytes, path: Path) -> Splitter:
    """Return the splitter of a file's content; raise ConfigurationError where it is none."""
    try:
        stored = msgspec.msgpack.decode(content, type=_Stored)
        if stored.format != FORMAT:
            raise ValueError(f"it has format {stored.format}, this version reads {FORMAT}")
        passes = tuple((unpacked(titles), unpacked(texts)) for titles, texts in stored.passes)
        return Splitter(stored.about, passes, unpacked(stored.choice), unpacked(stored.accept))
    except ValueError as error:
        raise ConfigurationError(
            str(path), f"is no splitter: {error}", "make one with `make train-digests`"
        ) from error


@lru_cache(maxsize=4)
def load_splitter(path: Path) -> Splitter:
    """Return the splitter of a file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            str(path), f"cannot be read: {error.strerror}", "name a splitter's file, or none"
        ) from error
    return decoded(content, path)
