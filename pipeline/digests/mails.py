"""Several mails in one text, each with its head: the digest of a mailing list, a folder of mail."""

from collections.abc import Sequence
from itertools import pairwise

from pipeline.blocks import Block
from pipeline.boilerplate.heads import field_of
from pipeline.digests.candidates import MIN_ITEMS
from pipeline.digests.records import Record

MIN_FIELDS = 3
"""So many fields one below the other are a mail's head, a subject and an author or date in it."""
MAX_ABOVE = 0.3
"""Share of the words that may stand above the first mail: more is an article that quotes mails."""
MAX_FOOT = 6
"""So many blocks below the last rule of a text are its foot, and of no mail."""


def mail_records(blocks: Sequence[Block]) -> tuple[Record, ...]:
    """Return the mails of a plain text, if it has three or more with a head each."""
    heads = _heads(blocks)
    above = sum(block.words for block in blocks[: heads[0].start]) if heads else 0
    if len(heads) < MIN_ITEMS or above > MAX_ABOVE * sum(block.words for block in blocks):
        return ()
    subjects = [_subject(blocks, head) for head in heads]
    if 2 * len({blocks[at].folded for at in subjects}) <= len(heads):
        return ()  # one conversation, each mail with those that it answers below it
    starts = [head.start for head in heads[1:]]
    ends = [*(_without_rules(blocks, end) for end in starts), _foot(blocks, heads[-1].stop)]
    return tuple(
        Record(subject, tuple(range(head.start, end)), _texts(blocks, head, end))
        for subject, head, end in zip(subjects, heads, ends, strict=True)
    )


def _heads(blocks: Sequence[Block]) -> list[range]:
    """Return the runs of fields, each right below the other, that are heads of mails."""
    are_fields = [_is_field(block) for block in blocks]
    if sum(are_fields) < MIN_FIELDS * MIN_ITEMS:
        return []
    runs: list[range] = []
    begin = 0
    for at, (above, block) in enumerate(pairwise(blocks), 1):
        is_below = block.lines[0].number == above.lines[-1].number + 1
        if not (is_below and are_fields[at - 1] and are_fields[at]):
            runs.append(range(begin, at))
            begin = at
    return [run for run in runs if len(run) >= MIN_FIELDS and _is_head(blocks, run)]


def _is_field(block: Block) -> bool:
    line = block.lines[0]
    return line.markup is None and field_of(line.text, known_only=False) is not None


def _is_head(blocks: Sequence[Block], run: range) -> bool:
    found = [field_of(blocks[at].lines[0].text) for at in run]
    kinds = {field.kind for field in found if field}
    return "title" in kinds and bool(kinds & {"author", "date"})


def _subject(blocks: Sequence[Block], head: range) -> int:
    """Return the block that is the subject of a head."""
    fields = ((at, field_of(blocks[at].lines[0].text)) for at in head)
    return next(at for at, field in fields if field and field.kind == "title")


def _texts(blocks: Sequence[Block], head: range, end: int) -> frozenset[int]:
    return frozenset(at for at in range(head.stop, end) if blocks[at].folded)


def _without_rules(blocks: Sequence[Block], end: int) -> int:
    """Return where a mail ends, the rules between it and the next one aside."""
    while not blocks[end - 1].folded:
        end -= 1
    return end


def _foot(blocks: Sequence[Block], begin: int) -> int:
    """Return where the last mail ends: the foot of the whole stands below a rule."""
    first = max(begin, len(blocks) - MAX_FOOT - 1)
    ruled = (at for at in range(first, len(blocks)) if not blocks[at].folded)
    return _without_rules(blocks, next(ruled, len(blocks)))
