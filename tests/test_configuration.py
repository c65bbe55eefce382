"""Bad configuration: file, place, problem, remedy, near names; exit code 1, nothing written."""

import shutil
from pathlib import Path

import msgspec
import pytest

from pipeline.boilerplate.cases import check_cases
from pipeline.errors import ConfigurationError
from pipeline.language import DetectLanguage
from pipeline.plan import SHAPING_PACKAGES, load_plan, plan_fingerprint, resolved
from tests.conftest import CORPUS_FILE, ROOT
from tests.test_bad_input import ARTICLE, pipeline

GOOD = CORPUS_FILE.read_text(encoding="utf-8")


@pytest.fixture
def configs(tmp_path) -> Path:
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    return tmp_path / "configs"


def problem_of(path: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_plan(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("corpus: sample", "", ["has no field corpus", "add `corpus:`"]),
        ("output:", "ouput:", [":6: ouput", "unknown field ouput", "did you mean output?"]),
        ("  paths:", "  path:", [":5: source.path", "unknown field path", "did you mean paths?"]),
        ("paths: [../raw/sample]", "paths: 7", ["source.paths", "Expected `array`", "a list of"]),
        ("paths: [../raw/sample]", "paths: []", ["names nothing", "list folders"]),
        (
            "stage: strip-boilerplate",
            "stage: strip-boilerplat",
            ["stages[1].stage", "unknown stage", "did you mean strip-boilerplate?"],
        ),
        (
            "stage: fix-encoding",
            "stage: fix-encoding\n    mojibak: true",
            [":9: stages[0].mojibak", "did you mean mojibake?"],
        ),
        (
            "stage: fix-encoding",
            "stage: fix-encoding\n    cuts: often",
            [":9: stages[0].cuts", "Expected `bool`", "true or false"],
        ),
        ("stage: fix-encoding", "stage: detect-language", ["twice or out of order", "order is"]),
        ("  - stage: write-parquet", "", ["has no write-parquet", "add `- stage: write-parquet`"]),
        (
            "stage: write-parquet",
            "stage: write-parquet\n    compression: zip",
            ["stages[4].compression", "one of zstd, snappy, gzip, none"],
        ),
        ("output: ../processed/sample", "corpus: twice", ["the key corpus stands twice"]),
        ("output:", "no:", ["YAML reads the key no as a bool", 'write it in quotes: "no":']),
        ("  paths:", "\tpaths:", [":5", "is not YAML"]),
        ("[../raw/sample]", "&a [*a]", [":5", "uses a YAML alias"]),
        ("corpus: sample", "corpus: ../evil", ["'../evil' is no name"]),
        ("corpus: sample", "? [a, b]\n: c", ["a key is no text"]),
        (
            "stage: detect-language",
            "stage: detect-language\n    min_confidence: 5",
            ["stages[3].min_confidence", "Expected `float` <= 1", "a number from 0 to 1"],
        ),
        (
            "paths: [../raw/sample]",
            "paths: [a]\n  max_capture_bytes: -5",
            ["source.max_capture_bytes", "Expected `int` >= 1"],
        ),
    ],
)
def test_message_names_place_problem_and_remedy(configs, old, new, parts):
    assert old in GOOD
    path = configs / "sample.yaml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")

    message = problem_of(path)

    assert str(path) in message
    assert [part for part in parts if part not in message] == [], message


def test_missing_corpus_file_offers_those_beside_it(configs):
    message = problem_of(configs / "smaple.yaml")

    assert "there is no such file; in that folder are: sample.yaml" in message


def test_bad_configuration_exits_with_1_and_writes_nothing(configs):
    (configs / "sample.yaml").write_text(GOOD.replace("stages:", "stage:"), encoding="utf-8")
    (configs.parent / "a.txt").write_text(ARTICLE)

    done = pipeline("run", "a.txt", "-c", "configs/sample.yaml", "-o", "out", cwd=configs.parent)

    assert done.returncode == 1
    assert done.stderr.startswith(b"error: configs/sample.yaml:7: stage: unknown field stage")
    assert not (configs.parent / "out").exists()


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        ("label: shar", ["unknown label shar", "did you mean share?"]),
        ("reach: far", ["reach", "one of line, short, cues, teasers, page"]),
        ("wolds: [a]", ["unknown field wolds"]),
    ],
)
def test_bad_rule_file_is_refused(configs, rule, parts):
    field = rule.split(":")[0]
    path = configs / "rules" / "share.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(f"{field}:")]
    path.write_text(rule + "\n" + "".join(kept), encoding="utf-8")

    message = problem_of(configs / "sample.yaml")

    assert "share.yaml" in message
    assert [part for part in parts if part not in message] == [], message


def test_a_wrong_field_of_a_section_is_named_with_its_line(configs):
    path = configs / "rules" / "newsletter.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    pattern:", "    patern:", 1), encoding="utf-8")
    line = text[: text.index("    pattern:")].count("\n") + 1

    message = problem_of(configs / "sample.yaml")

    assert f"newsletter.yaml:{line}: phrases." in message
    assert "unknown field patern; did you mean pattern" in message
    assert "class" not in message


RULE = """\
label: other
about: A file for tests.
reach: line
max_words: 20
phrases:
  en:
    line: {phrases}
    pattern: {patterns}
    cases:
      match: {match}
      spare: [The tide turned.]
"""


def write_rule(configs: Path, phrases="[tide table]", patterns="[]", match="[Tide table]") -> None:
    rule = RULE.format(phrases=phrases, patterns=patterns, match=match)
    (configs / "rules" / "other.yaml").write_text(rule, encoding="utf-8")


def test_rule_without_cases_is_refused(configs):
    write_rule(configs, match="[]")

    assert "phrases.en.cases: has no text under match" in problem_of(configs / "sample.yaml")


def test_one_phrase_under_two_labels_is_refused(configs):
    write_rule(configs, phrases='["Back to Top!"]')

    with pytest.raises(ConfigurationError, match="already stands under navigation/en"):
        check_cases_of_all(configs)


def check_cases_of_all(configs: Path) -> None:
    from pipeline.boilerplate.phrases import load_rules

    load_rules(configs / "rules")


def test_two_labels_for_one_phrase_are_found_by_check(configs):
    write_rule(configs, phrases='["Back to Top!"]', match='["Back to top"]')

    assert "already stands under navigation/en" in problem_of(configs / "sample.yaml")


def test_pattern_that_is_no_regex_is_refused(configs):
    write_rule(configs, patterns='["tide("]')

    with pytest.raises(ConfigurationError, match=r"pattern\[0\]: is not a regular expression"):
        check_cases_of_all(configs)


def test_rules_are_compiled_once_until_they_change(configs):
    from pipeline.boilerplate.phrases import load_rules

    first = load_rules(configs / "rules")
    again = load_rules(configs / "rules")
    write_rule(configs, phrases='["Wave at the ferry"]')
    changed = load_rules(configs / "rules")

    assert again is first
    assert ("wave at the ferry" in first.whole, "wave at the ferry" in changed.whole) == (
        False,
        True,
    )


def test_case_that_fails_is_named(configs):
    write_rule(configs, match="[Timetable]")

    with pytest.raises(ConfigurationError, match=r'match\[0\]: must match, .* "Timetable"'):
        check_cases(configs / "rules")


def test_cases_of_the_rules_that_are_brought_along_hold():
    held = check_cases(ROOT / "configs" / "rules")

    assert min(held.values()) >= 20


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt", "de", "it"])
def test_each_rule_file_has_each_language(language, plan):
    from pipeline.boilerplate.phrases import load_rules

    files = load_rules(Path(plan.configs) / "rules").files

    assert [label for label, file in files.items() if language not in file.phrases] == []


def test_check_prints_defaults_filled_in():
    done = pipeline("check", "-c", str(CORPUS_FILE))

    assert done.returncode == 0
    assert b"max_line_characters: 1000000" in done.stdout
    assert b"# rules hold in " in done.stdout


def test_resolved_plan_has_no_path(plan):
    assert str(ROOT) not in str(resolved(plan))


def test_fingerprint_changes_with_a_rule(configs, plan):
    before = plan_fingerprint(load_plan(configs / "sample.yaml"))
    write_rule(configs)

    after = plan_fingerprint(load_plan(configs / "sample.yaml"))

    assert before == plan_fingerprint(plan)
    assert after != before


@pytest.mark.parametrize(
    ("detector", "names"),
    [
        ("profiles", []),
        ("langdetect", []),
        ("py3langid", ["py3langid"]),
        ("consensus", ["py3langid"]),
    ],
)
def test_versions_of_a_detectors_packages_shape_the_plan(plan, detector, names):
    stages = tuple(
        DetectLanguage(detector=detector) if isinstance(each, DetectLanguage) else each
        for each in plan.stages
    )
    packages = resolved(msgspec.structs.replace(plan, stages=stages))["packages"]

    assert sorted(set(packages) - set(SHAPING_PACKAGES)) == names
    assert set(packages) >= set(SHAPING_PACKAGES)
