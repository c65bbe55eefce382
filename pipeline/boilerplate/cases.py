"""The cases of the rule files, run: each `match` must be labelled, each `spare` must be left."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.blocks import page_blocks
from pipeline.boilerplate.matching import decide_by_rules
from pipeline.boilerplate.phrases import RuleSet, compile_rules, rule_files
from pipeline.boilerplate.regions import decide_by_regions
from pipeline.encoding import split_lines
from pipeline.errors import ConfigurationError
from pipeline.yaml_file import Place


def check_cases(folder: Path) -> dict[str, int]:
    """Return how many cases hold, by label; raise a ConfigurationError for the first that fails."""
    held: dict[str, int] = {}
    for file, rules in rule_files(folder):
        compiled = compile_rules(((file, rules),))
        held[rules.label] = 0
        for language, phrases in rules.phrases.items():
            place = ("phrases", language, "cases")
            for kind, texts in (("match", phrases.cases.match), ("spare", phrases.cases.spare)):
                for at, text in enumerate(texts):
                    problem = _problem(kind, text, compiled)
                    if problem:
                        where: Place = (*place, kind, at)
                        raise ConfigurationError(
                            file.where(where), problem, "mend the phrases or the case"
                        )
                    held[rules.label] += 1
    return held


def _problem(kind: str, text: str, rules: RuleSet) -> str:
    """Return what is wrong with a case, or ``."""
    for line, reason in _labelled(text, rules):
        if kind == "match" and not reason:
            return f'must match, but no rule of the file labels "{line}"'
        if kind == "spare" and reason:
            return f'must be spared, but "{line}" is labelled: {reason}'
    return ""


def _labelled(text: str, rules: RuleSet) -> Iterator[tuple[str, str]]:
    """Yield each block of a case with the reason of its label, or ``."""
    blocks = page_blocks(split_lines(text))
    decided = decide_by_rules(blocks, rules)
    decided |= decide_by_regions(blocks, decided, rules)
    for index, block in enumerate(blocks):
        yield block.text, decided[index].reason if index in decided else ""
