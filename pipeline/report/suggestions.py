"""Phrases that would have decided corrected lines, and what else they would touch in the corpus.

A suggestion is a whole line, or for a long one its beginning. It is made only if no corrected line
that is text would match it.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
import yaml

from pipeline.document import BOILERPLATE_LABELS, Label
from pipeline.evaluation import RunPage
from pipeline.folding import fold
from pipeline.margin import MarginPage
from pipeline.storage import read_rows, shard_files
from pipeline.storage.rows import text_of_row

LINE_WORDS = 12
"""A line of more words is suggested by its beginning,"""
MOST_WORDS = 24
"""A line of more is decided by no rule, where the label's file says nothing else."""
START_WORDS = 5
"""of so many."""
RULED = BOILERPLATE_LABELS | {Label.CAPTION}
"""Labels that a rule can give."""
ANY = "any"
_RULE = re.compile(r"rule (?P<file>[a-z]+)/(?P<language>[\w-]+): (?P<phrase>.*)")


class Touched(msgspec.Struct):
    """What a phrase matches in the corpus."""

    captures: int
    labels: Counter[str]
    """Label that its lines have now → how many."""
    example: str
    """A line that is text now and would go, as `source:line`."""


class Suggestion(msgspec.Struct, frozen=True):
    """A phrase for a rule file."""

    label: str
    language: str
    kind: str
    """`line` or `start`."""
    phrase: str
    corrected: tuple[str, ...]
    """The corrected lines that it decides, as `source:line`."""
    match: str
    """The first of these as it stands in the capture."""
    touched: Touched


class Doubt(msgspec.Struct, frozen=True):
    """A phrase of a rule that took lines away which are text."""

    rule: str
    wrong: tuple[str, ...]
    """These lines, as `source:line`."""
    decided: int
    """How many lines of the corpus it decides."""


class _Candidate(msgspec.Struct, frozen=True):
    label: str
    language: str
    kind: str
    phrase: str


def suggestions_of(
    gold: Mapping[str, MarginPage],
    run: Mapping[str, RunPage],
    folder: Path,
    max_words: Mapping[str, int],
) -> tuple[list[Suggestion], list[Doubt], list[str]]:
    """Return phrases for the lines that a person corrected, the most useful first.

    `max_words` says of each label how many words a line may have that its rules decide. The last of
    the three are the corrected lines for which there is no phrase.
    """
    language_of = _languages(folder, gold.keys())
    corrected: dict[_Candidate, list[tuple[str, str]]] = {}
    wrong: dict[str, list[str]] = {}
    kept: list[str] = []
    without: list[str] = []
    for source, page in gold.items():
        for line in page.lines:
            had = run[source].lines.get(line.number) if source in run else None
            if had is None:
                continue
            place, text = f"{source}:{line.number}", line.text or had.text
            if line.label not in RULED:
                kept.append(fold(text))
                if had.label in RULED and _RULE.match(had.reason):
                    wrong.setdefault(had.reason, []).append(place)
            elif had.label != line.label:
                candidate = _candidate(line.label, text, max_words.get(line.label, MOST_WORDS))
                if candidate is None:
                    without.append(place)
                    continue
                named = msgspec.structs.replace(candidate, language=language_of.get(source, ANY))
                corrected.setdefault(named, []).append((place, text))
    free = [each for each in corrected if not any(_matches(each, text) for text in kept)]
    without += [place for each in corrected if each not in free for place, _ in corrected[each]]
    own = {place for places in corrected.values() for place, _ in places}
    touched, decided = _touched(free, set(wrong), own, folder)
    suggestions = [
        Suggestion(
            *(each.label, each.language, each.kind, each.phrase),
            tuple(place for place, _ in corrected[each]),
            corrected[each][0][1],
            touched[each],
        )
        for each in free
    ]
    suggestions.sort(key=lambda each: (-len(each.corrected), -each.touched.captures, each.phrase))
    doubts = [Doubt(rule, tuple(places), decided[rule]) for rule, places in sorted(wrong.items())]
    return suggestions, doubts, without


def _candidate(label: str, text: str, max_words: int) -> _Candidate | None:
    words = fold(text).split()
    if len(words) > max(LINE_WORDS, max_words):
        return None
    if len(words) > LINE_WORDS:
        return _Candidate(label, ANY, "start", " ".join(words[:START_WORDS]))
    return _Candidate(label, ANY, "line", " ".join(words)) if words else None


def _matches(candidate: _Candidate, folded: str) -> bool:
    if candidate.kind == "line":
        return folded == candidate.phrase
    return folded.startswith(f"{candidate.phrase} ")


def _languages(folder: Path, names: Collection[str]) -> dict[str, str]:
    """Return the language of the first document of captures, without script or region."""
    found: dict[str, str] = {}
    for row in read_rows(shard_files(folder, "documents"), ("source", "language")):
        if row["source"] not in names:
            continue
        language = str(row["language"]).partition("-")[0]
        found.setdefault(str(row["source"]), ANY if language == "und" else language)
    return found


def _touched(
    candidates: Iterable[_Candidate], rules: set[str], own: set[str], folder: Path
) -> tuple[dict[_Candidate, Touched], Counter[str]]:
    """Return what candidates would touch, and how many lines rules decide, over the corpus.

    `own` are the corrected lines, which are not counted.
    """
    whole: dict[str, list[_Candidate]] = {}
    for each in candidates:
        whole.setdefault(each.phrase, []).append(each)
    touched = {each: Touched(0, Counter(), "") for each in candidates}
    captures: dict[_Candidate, set[str]] = {each: set() for each in touched}
    decided: Counter[str] = Counter()
    columns = ("source", "line", "label", "reason", "text", "repaired")
    for row in read_rows(shard_files(folder, "audit"), columns):
        if row["reason"] in rules:
            decided[str(row["reason"])] += 1
        folded = fold(text_of_row(row))
        place = f"{row['source']}:{row['line']}"
        for each in _found(whole, folded) if place not in own else ():
            label = str(row["label"])
            touched[each].labels[label] += 1
            captures[each].add(str(row["source"]))
            if label not in RULED and not touched[each].example:
                touched[each].example = place
    for each, sources in captures.items():
        touched[each].captures = len(sources)
    return touched, decided


def _found(whole: Mapping[str, list[_Candidate]], folded: str) -> Iterator[_Candidate]:
    start = " ".join(folded.split(" ", START_WORDS)[:START_WORDS])
    for phrase in {folded, start}:
        yield from (each for each in whole.get(phrase, ()) if _matches(each, folded))


def as_rules(suggestions: list[Suggestion], doubts: list[Doubt], without: list[str]) -> str:
    """Return suggestions in the form of the rule files, one document a label."""
    parts: list[str] = []
    notes: list[str] = []
    for label in dict.fromkeys(each.label for each in suggestions):
        own = [each for each in suggestions if each.label == label]
        parts.append("\n".join(_rule_lines(label, own)))
    for doubt in doubts:
        places = _on_one_line(", ".join(doubt.wrong))
        notes.append(
            f"# {_on_one_line(doubt.rule)}\n#   took text away at {places}; it decides "
            f"{doubt.decided:,} lines of the corpus: narrow it, or take it out"
        )
    if without:
        notes.append(
            f"# no phrase for {_on_one_line(', '.join(without))}: too long for a rule, without a "
            "letter, or like a line that you say is text"
        )
    if not parts and not notes:
        return "# no line was corrected that a rule could decide"
    return "\n".join([*notes, "\n---\n".join(parts)]).rstrip("\n")


def _rule_lines(label: str, own: list[Suggestion]) -> Iterator[str]:
    yield f"# for configs/rules/{label}.yaml"
    yield f"label: {label}"
    yield "phrases:"
    for language in sorted({each.language for each in own}):
        yield f"  {_quoted(language)}:"
        here = [each for each in own if each.language == language]
        for kind in sorted({each.kind for each in here}):
            yield f"    {kind}:"
            for each in here:
                if each.kind == kind:
                    yield f"      # {_told(each)}"
                    yield f"      - {_quoted(_written(each))}"
        yield "    cases:"
        yield "      match:"
        yield from (f"        - {_quoted(each.match)}" for each in here)
        yield "      spare: []  # write sentences and titles that look alike and must stay"


def _written(suggestion: Suggestion) -> str:
    """Return a phrase as people write it: numbers, case and signs as in the capture."""
    if suggestion.kind == "line":
        return suggestion.match.strip()
    words = suggestion.match.split()
    return next(
        (
            " ".join(words[:count])
            for count in range(1, len(words))
            if len(fold(" ".join(words[:count])).split()) >= START_WORDS
        ),
        suggestion.phrase,
    )


def _told(suggestion: Suggestion) -> str:
    """Return what a suggestion would do."""
    touched = suggestion.touched
    others = ", ".join(f"{count:,} {label}" for label, count in sorted(touched.labels.items()))
    text = f"decides {', '.join(suggestion.corrected)}"
    if others:
        text += f"; matches in {touched.captures:,} captures besides, now: {others}"
    text += f"; look at {touched.example} first" if touched.example else ""
    return _on_one_line(text)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    """Return a text as a value of YAML on one line."""
    written: str = yaml.safe_dump(text, allow_unicode=True, width=10**6)
    return written.removesuffix("\n...\n").strip()
