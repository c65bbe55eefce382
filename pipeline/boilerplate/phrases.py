"""Rule files: the phrases that people wrote down as boilerplate, and their cases.

Kinds of phrase, in order of trust: `line` (the whole folded line), `open` (the same, and it opens
a region), `parts` (a line of nothing but these), `start` (the line begins so; one that ends in a
colon must have it in the line too), `pattern` (a regex, the last resort).
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from pipeline.boilerplate.gate import Finder, Gate, forget_parsed
from pipeline.checking import convert
from pipeline.document import BOILERPLATE_LABELS, Label
from pipeline.errors import ConfigurationError, near_names
from pipeline.folding import fold, fold_each
from pipeline.yaml_file import Place, YamlFile, read_yaml

Reach = Literal["line", "short", "cues", "teasers", "page"]
"""How far a region goes that an `open` phrase opens; see `regions.py`."""

MAX_SHOWN_CHARACTERS = 60
"""A reason names no more of a matched text than this."""
RULE_LABELS = BOILERPLATE_LABELS | {Label.CAPTION}


class Cases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Texts that prove a section of a rule file."""

    match: tuple[str, ...]
    """Texts of which the file must label every line."""
    spare: tuple[str, ...]
    """Texts of which the file must label no line."""


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The phrases of one language."""

    cases: Cases
    line: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    pattern: tuple[str, ...] = ()


class RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of `configs/rules/`: the phrases of one label."""

    label: str
    about: str
    reach: Reach
    max_words: int
    """Longest line, in words, that `start` and `pattern` may label."""
    phrases: dict[str, Phrases]
    """Language tag, or `any` → its phrases."""
    yields: bool | Literal["headings"] = False
    """Whether a line is left to the line model that is surely text to it; or a heading only."""


class Rule(msgspec.Struct, frozen=True):
    """One phrase, and what it says of a line."""

    label: str
    language: str
    kind: str
    phrase: str
    number: int = 0
    """Its place in its list, from 1."""

    def reason(self, folded: str) -> str:
        """Return how the audit names the rule that decided a folded line.

        A pattern is named by its place in its list and by what of the line it matched.

        >>> Rule("share", "en", "line", "share this").reason("share this")
        'rule share/en: line "share this"'
        >>> Rule("share", "en", "pattern", "^share (it|this)", 3).reason("share this now")
        'rule share/en: pattern 3 "share this"'
        """
        if self.kind != "pattern":
            return f'rule {self.label}/{self.language}: {self.kind} "{self.phrase}"'
        match = re.search(self.phrase, folded)
        matched = match[0] if match else folded
        if len(matched) > MAX_SHOWN_CHARACTERS:
            matched = matched[: MAX_SHOWN_CHARACTERS - 1] + "\N{HORIZONTAL ELLIPSIS}"
        return f'rule {self.label}/{self.language}: pattern {self.number} "{matched}"'


class FirstWords(msgspec.Struct, frozen=True):
    """The first words of phrases that are looked up at the start of a folded line."""

    parts: dict[str, int]
    """First word → how many words the longest part has that begins with it."""
    starts: dict[str, tuple[int, ...]]
    """First word → the numbers of words of beginnings, longest first."""
    heads: frozenset[str]


class RuleSet(msgspec.Struct, frozen=True, eq=False):
    """All rules of a folder, ready to be asked; equal only to itself."""

    files: dict[str, RuleFile]
    """Label → its file."""
    whole: dict[str, Rule]
    """Folded line → rule, of kinds `line` and `open`."""
    parts: dict[str, Rule]
    """Folded part → rule."""
    starts: dict[str, Rule]
    """Folded beginning → rule."""
    heads: dict[str, Rule]
    """Folded text before the line's first colon → rule."""
    first_words: FirstWords
    """Tells of most lines that no part, beginning or head can stand in them."""
    patterns: tuple[Rule, ...]
    finders: tuple[Finder, ...]
    """For each pattern, what finds it in a folded line."""
    gate: Gate
    """Finds the patterns that a line may match."""
    max_words: int
    """Longest line, in words, that any pattern may label."""
    cues: dict[str, re.Pattern[str]]
    """Label → one regex of its cues."""


def rule_files(folder: Path) -> tuple[tuple[YamlFile, RuleFile], ...]:
    """Return the checked rule files of a folder in order of name."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ConfigurationError(
            str(folder), "holds no rule files (*.yaml)", "set `rules:` to their folder"
        )
    files = []
    for path in paths:
        file = read_yaml(path, f"rules/{path.name}")
        rules = convert(file, file.content, RuleFile)
        _check(file, rules)
        files.append((file, rules))
    return tuple(files)


def load_rules(folder: Path) -> RuleSet:
    """Return the rules of a folder, or raise a ConfigurationError."""
    return compile_rules(rule_files(folder))


def compile_rules(files: tuple[tuple[YamlFile, RuleFile], ...]) -> RuleSet:
    """Return rule files as one set. A phrase may stand under one label only.

    The last set is kept: a command compiles its rules to see what is wrong with them, then uses
    them, and to compile them takes most of a second.
    """
    key = msgspec.msgpack.encode([rules for _, rules in files])
    if key not in _kept:
        _kept.clear()
        _kept[key] = _compiled_files(files)
    return _kept[key]


_kept: dict[bytes, RuleSet] = {}
"""The set that was compiled last, by what its files say."""


class _Place(msgspec.Struct, frozen=True, eq=False):
    """Where a phrase stands; it is told only where something is wrong with it."""

    file: YamlFile
    place: Place

    def told(self) -> str:
        return self.file.where(self.place)


def _compiled_files(files: tuple[tuple[YamlFile, RuleFile], ...]) -> RuleSet:
    seen: dict[str, tuple[_Place, Rule]] = {}
    tables: dict[str, dict[str, Rule]] = {
        "whole": {},
        "parts": {},
        "starts": {},
        "heads": {},
    }
    patterns: list[tuple[Finder, Rule]] = []
    for file, rules in files:
        for place, folded, rule in _rules_of(file, rules):
            if rule.kind == "pattern":
                patterns.append((_finder(place, rule.phrase), rule))
                continue
            _refuse_second(seen, f"{rule.kind == 'parts'} {folded}", place, rule)
            tables[_table_of(rule)].setdefault(folded, rule)
    found = RuleSet(
        files={rules.label: rules for _, rules in files},
        first_words=FirstWords(
            {word: lengths[0] for word, lengths in _lengths(tables["parts"]).items()},
            _lengths(tables["starts"]),
            frozenset(_lengths(tables["heads"])),
        ),
        patterns=tuple(rule for _, rule in patterns),
        finders=tuple(finder for finder, _ in patterns),
        gate=Gate([rule.phrase for _, rule in patterns]),
        max_words=max((rules.max_words for _, rules in files), default=0),
        cues={rules.label: _cue_pattern(rules) for _, rules in files},
        **tables,
    )
    forget_parsed()
    return found


def _lengths(phrases: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return, by first word, the numbers of words that folded phrases have, longest first.

    >>> _lengths(("sign up", "sign", "sign in", "share"))
    {'sign': (2, 1), 'share': (1,)}
    """
    lengths: dict[str, set[int]] = {}
    for phrase in phrases:
        words = phrase.split()
        lengths.setdefault(words[0], set()).add(len(words))
    return {word: tuple(sorted(each, reverse=True)) for word, each in lengths.items()}


def _table_of(rule: Rule) -> str:
    """Return the table of a RuleSet in which a rule is looked up."""
    if rule.kind == "start":
        return "heads" if rule.phrase.rstrip().endswith(":") else "starts"
    return "parts" if rule.kind == "parts" else "whole"


def _check(file: YamlFile, rules: RuleFile) -> None:
    """Raise where a rule file is of the right types but cannot be right."""
    if rules.label not in RULE_LABELS:
        remedy = near_names(rules.label, RULE_LABELS)
        raise ConfigurationError(file.where(("label",)), f"unknown label {rules.label}", remedy)
    if rules.label != file.path.stem:
        raise ConfigurationError(
            file.where(("label",)),
            f"is {rules.label}, the file is called {file.path.name}",
            f"one file a label: name it {rules.label}.yaml",
        )
    for language, phrases in rules.phrases.items():
        for kind in ("match", "spare"):
            if not getattr(phrases.cases, kind):
                raise ConfigurationError(
                    file.where(("phrases", language, "cases")),
                    f"has no text under {kind}",
                    "a rule is taken only with a text that it must match and one it must spare",
                )


def _rules_of(file: YamlFile, rules: RuleFile) -> Iterator[tuple[_Place, str, Rule]]:
    """Yield each rule of a file with its place for messages, and its phrase folded."""
    lists = [
        (language, kind, getattr(phrases, kind))
        for language, phrases in rules.phrases.items()
        for kind in ("line", "open", "parts", "start", "pattern")
    ]
    folded = iter(fold_each([phrase for _, _, phrases in lists for phrase in phrases]))
    for language, kind, phrases in lists:
        for at, phrase in enumerate(phrases):
            place = _Place(file, ("phrases", language, kind, at))
            own = next(folded)
            if not own:
                raise ConfigurationError(place.told(), "has no letter or digit", "leave it out")
            yield place, own, Rule(rules.label, language, kind, phrase, at + 1)


def _refuse_second(
    seen: dict[str, tuple[_Place, Rule]], key: str, place: _Place, rule: Rule
) -> None:
    """Raise if a phrase stands under another label or twice in one list."""
    first_place, first = seen.setdefault(key, (place, rule))
    same_list = (first.language, first.kind) == (rule.language, rule.kind)
    if first_place is not place and (first.label != rule.label or same_list):
        raise ConfigurationError(
            place.told(),
            f'"{rule.phrase}" already stands under {first.label}/{first.language} '
            f"({first_place.told()})",
            "keep one of the two",
        )


def _finder(place: _Place, pattern: str) -> Finder:
    try:
        return Finder(pattern)
    except re.error as error:
        raise ConfigurationError(
            place.told(), f"is not a regular expression: {error}", "see the docs of Python's re"
        ) from None


def _cue_pattern(rules: RuleFile) -> re.Pattern[str]:
    """Return a regex that finds any cue of a file as whole words of a folded text."""
    cues = sorted({fold(cue) for phrases in rules.phrases.values() for cue in phrases.cues})
    if not cues:
        return re.compile(r"(?!)")
    return re.compile(rf"(?<!\S)(?:{'|'.join(re.escape(cue) for cue in cues)})(?!\S)")
