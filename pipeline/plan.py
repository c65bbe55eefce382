"""A corpus file, checked and resolved: what is read, which stages with which options, where to."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TypeAlias, cast

import msgspec

from pipeline import __version__
from pipeline.boilerplate import StripBoilerplate
from pipeline.boilerplate.line_model import load_line_model
from pipeline.boilerplate.phrases import compile_rules, rule_files
from pipeline.checking import convert
from pipeline.digests import SplitDigests
from pipeline.digests.splitter import load_splitter
from pipeline.errors import ConfigurationError, near_names
from pipeline.language import DetectLanguage
from pipeline.options import StageOptions
from pipeline.places import is_address, place_of
from pipeline.sites.lines import load_site_lines
from pipeline.sources.source import Source
from pipeline.stages import STAGE_NAMES, STAGES, TextStage, stage_name
from pipeline.storage import WriteParquet, to_json
from pipeline.storage.schema import SCHEMA_VERSION
from pipeline.vocabulary import language_files, load_vocabulary
from pipeline.yaml_file import Plain, YamlFile, read_yaml

OPTIONAL_PACKAGES = ("py3langid",)
"""Packages of which a detector of languages is made."""
SHAPING_PACKAGES = (
    "chardet",
    "fastwarc",
    "ftfy",
    "htmldate",
    "langdetect",
    "lxml",
    "pyarrow",
    "trafilatura",
)
"""Packages whose version can change a byte of the output."""
LOOKING = ("api.py", "cli.py", "commands", "evaluation.py", "margin.py", "report")
"""Modules and folders of the package that shape no record."""
Loader: TypeAlias = Callable[[Path], object]
CORPUS_FIELDS = ("corpus", "source", "stages", "output", "configs", "gold")


class Plan(msgspec.Struct, frozen=True):
    """What a run does. It travels to workers; rules and models are loaded there."""

    corpus: str
    source: Source
    base: str
    """Folder to which the source's paths are relative."""
    stages: tuple[TextStage, ...]
    output: WriteParquet
    folder: str
    """Where processed records are written."""
    configs: str
    """Folder that holds rules/ and languages/."""
    configs_fingerprint: str
    """SHA-256 of all rule and language files."""
    sites_fingerprint: str = ""
    """SHA-256 of the file of what sites repeat, if one is named."""
    gold: tuple[str, ...] = ()
    """Folders of corrected captures, which `check` holds the plan against."""


def load_plan(path: Path) -> Plan:
    """Return the plan of a corpus file, or raise a ConfigurationError with place and remedy."""
    return with_sites_read(plan_before_sites(path))


def with_sites_read(plan: Plan) -> Plan:
    """Return a plan that knows the file of what sites repeat, if it names one."""
    named = sites_file(plan)
    if not named:
        return plan
    path = place_of(named)
    load_site_lines(path)
    return msgspec.structs.replace(
        plan, sites_fingerprint=hashlib.sha256(path.read_bytes()).hexdigest()
    )


def sites_file(plan: Plan) -> str:
    """Return the file of what sites repeat that a plan names, or ``."""
    found = (stage.sites for stage in plan.stages if isinstance(stage, StripBoilerplate))
    return next(found, "")


def with_sites_file(plan: Plan, path: str) -> Plan:
    """Return a plan that asks another file of what sites repeat, unread; `` for none."""
    stages = tuple(
        msgspec.structs.replace(stage, sites=path) if isinstance(stage, StripBoilerplate) else stage
        for stage in plan.stages
    )
    return msgspec.structs.replace(plan, stages=stages, sites_fingerprint="")


def plan_before_sites(path: Path) -> Plan:
    """Return the plan of a corpus file; what it names of sites need not be there yet."""
    file = read_yaml(path)
    corpus = _mapping(file)
    name = _text(file, corpus, "corpus")
    if not re.fullmatch(r"[\w.-]+", name) or name.startswith("."):
        raise ConfigurationError(
            file.where(("corpus",)), f"{name!r} is no name", "use letters, digits, - and _ only"
        )
    source = convert(file, corpus["source"], Source, ("source",))
    if not source.paths:
        raise ConfigurationError(
            file.where(("source", "paths")), "names nothing", "list folders, globs or files"
        )
    stages = _stages(file, corpus["stages"])
    base = path.parent
    output = _text(file, corpus, "output") if "output" in corpus else f"../processed/{name}"
    configs = _configs_folder(file, corpus, base)
    plan = Plan(
        corpus=name,
        source=source,
        base=str(base),
        stages=cast("tuple[TextStage, ...]", stages[:-1]),
        output=cast("WriteParquet", stages[-1]),
        folder=output if is_address(output) else str(base / output),
        configs=str(configs),
        configs_fingerprint=configs_fingerprint(configs, _model_files(stages, configs)),
        gold=_gold_folders(file, corpus, base),
    )
    named = sites_file(plan)
    if not named or is_address(named):
        return plan
    return with_sites_file(plan, str((base / named).absolute()))


def default_corpus_file() -> Path:
    """Return the corpus file that is used where none is named.

    `configs/sample.yaml` below the current folder, or else the one that the package brings.
    """
    here = Path("configs/sample.yaml")
    return here if here.exists() else brought_configs() / "sample.yaml"


def brought_configs() -> Path:
    """Return the folder of the rules, languages and sample corpus file that the package brings."""
    package = Path(__file__).resolve().parent
    inside = package / "_configs"
    return inside if inside.is_dir() else package.parent / "configs"


def _model_files(stages: list[StageOptions], configs: Path) -> list[tuple[Path, Loader]]:
    """Return the models and splitters that a corpus brings itself, each with what reads it."""
    found: list[tuple[Path, Loader]] = []
    for stage in stages:
        read: Loader = load_line_model if isinstance(stage, StripBoilerplate) else load_splitter
        if (isinstance(stage, StripBoilerplate) and stage.model) or (
            isinstance(stage, SplitDigests) and stage.split
        ):
            names = (stage.model_file, stage.markup_model_file)
            found += [(configs / name, read) for name in names if name]
    return found


def configs_fingerprint(configs: Path, models: Sequence[tuple[Path, Loader]] = ()) -> str:
    """Return the SHA-256 of all rule and language files of a folder, and of a corpus's own models.

    They are compiled too, so that what is wrong with them is said before anything is written.
    """
    digest = hashlib.sha256()
    rules = rule_files(configs / "rules")
    compile_rules(rules)
    load_vocabulary(configs / "languages")
    for file in (*(file for file, _ in rules), *language_files(configs / "languages")):
        digest.update(f"{file.name}\0".encode())
        digest.update(to_json(file.content).encode())
    for path, read in models:
        read(path)
        digest.update(path.read_bytes())
    return digest.hexdigest()


def resolved(plan: Plan, last: str = STAGE_NAMES[-1]) -> dict[str, object]:
    """Return what shapes the output up to and with a stage, as plain values, defaults filled in.

    Source paths and output folder are left out: where a corpus lies changes no record.
    """
    stages: list[StageOptions] = [*plan.stages, plan.output]
    names = [stage_name(stage) for stage in stages]
    if last in names:
        stages = stages[: names.index(last) + 1]
    return {
        "version": __version__,
        "schema_version": SCHEMA_VERSION,
        "code": code_fingerprint(),
        "packages": package_versions() | _optional_versions(stages),
        "unicode": unicodedata.unidata_version,
        "configs": plan.configs_fingerprint,
        "fields": [
            *(plan.source.text_field, plan.source.html_field, plan.source.url_field),
            *plan.source.carry,
        ],
        "max_capture_bytes": plan.source.max_capture_bytes,
        "max_capture_seconds": plan.source.max_capture_seconds,
        "stages": [_told(stage, plan) for stage in stages],
    }


def _told(stage: StageOptions, plan: Plan) -> dict[str, object]:
    """Return a stage's options; of what sites repeat the fingerprint, wherever it lies."""
    options: dict[str, object] = msgspec.to_builtins(stage)
    if isinstance(stage, StripBoilerplate):
        options["sites"] = plan.sites_fingerprint
    return options


def plan_fingerprint(plan: Plan, last: str = STAGE_NAMES[-1]) -> str:
    """Return the SHA-256 of all that shapes the output up to and with a stage."""
    return hashlib.sha256(to_json(resolved(plan, last)).encode()).hexdigest()


@cache
def code_fingerprint() -> str:
    """Return the SHA-256 of this package's own modules: a changed stage re-does its work.

    The models that the package brings are among them; what only looks at records is not.
    """
    package = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for path in sorted((*package.rglob("*.py"), *package.rglob("*.bin"))):
        if path.relative_to(package).parts[0] in LOOKING:
            continue
        digest.update(f"{path.relative_to(package).as_posix()}\0".encode())
        content = path.read_bytes()
        digest.update(content.replace(b"\r\n", b"\n") if path.suffix == ".py" else content)
    return digest.hexdigest()


@cache
def package_versions() -> dict[str, str]:
    """Return the versions of the packages that can change the output."""
    return {name: metadata.version(name) for name in SHAPING_PACKAGES}


def _optional_versions(stages: list[StageOptions]) -> dict[str, str]:
    """Return the versions of packages that only some options need."""
    names = [
        name
        for stage in stages
        if isinstance(stage, DetectLanguage)
        for name in OPTIONAL_PACKAGES
        if stage.detector in (name, "consensus")
    ]
    try:
        return {name: metadata.version(name) for name in names}
    except metadata.PackageNotFoundError:
        return {}  # the stage says so when it is compiled


def _mapping(file: YamlFile) -> dict[str, Plain]:
    """Return the corpus file's top level, with the fields it must have and no other."""
    content = file.content
    if not isinstance(content, dict):
        raise ConfigurationError(
            file.where(), "is no mapping", f"write the fields {', '.join(CORPUS_FIELDS)}"
        )
    for key in content:
        if key not in CORPUS_FIELDS:
            raise ConfigurationError(
                file.where((key,)), f"unknown field {key}", near_names(key, CORPUS_FIELDS)
            )
    for key in ("corpus", "source", "stages"):
        if key not in content:
            raise ConfigurationError(
                file.where(), f"has no field {key}", f"add `{key}:`; see configs/sample.yaml"
            )
    return content


def _text(file: YamlFile, corpus: dict[str, Plain], key: str) -> str:
    value = corpus[key]
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError(
            file.where((key,)), f"{key} must be text, not {value!r}", "write it in quotes"
        )
    return value


def _gold_folders(file: YamlFile, corpus: dict[str, Plain], base: Path) -> tuple[str, ...]:
    """Return the folders of corrected captures that a corpus file names."""
    named = corpus.get("gold", [])
    if not isinstance(named, list):
        raise ConfigurationError(
            file.where(("gold",)), "must be a list", "list folders of .gold files"
        )
    for at, each in enumerate(named):
        if not isinstance(each, str) or not (base / each).is_dir():
            raise ConfigurationError(
                file.where(("gold", at)),
                f"{each} is no folder",
                "name a folder of .gold files, as `pipeline label` writes them",
            )
    return tuple(str(base / str(each)) for each in named)


def _configs_folder(file: YamlFile, corpus: dict[str, Plain], base: Path) -> Path:
    """Return the folder of rules/ and languages/: the one named, the file's own, or the brought."""
    if "configs" in corpus:
        named = base / _text(file, corpus, "configs")
        if not (named / "rules").is_dir():
            raise ConfigurationError(
                file.where(("configs",)),
                f"{named} has no folder rules",
                "name a folder that holds rules/ and languages/, or leave `configs:` out",
            )
        return named
    return base if (base / "rules").is_dir() else brought_configs()


def _stages(file: YamlFile, value: Plain) -> list[StageOptions]:
    """Return the options of each stage, in the order in which stages run."""
    if not isinstance(value, list) or not value:
        raise ConfigurationError(
            file.where(("stages",)),
            "must be a list of stages",
            "begin each with `- stage: " + "`, `- stage: ".join(STAGE_NAMES) + "`",
        )
    stages: list[StageOptions] = []
    for at, entry in enumerate(value):
        stages.append(_stage(file, entry, at))
        order = [STAGE_NAMES.index(stage_name(stage)) for stage in stages]
        if order != sorted(set(order)):
            raise ConfigurationError(
                file.where(("stages", at)),
                f"{STAGE_NAMES[order[-1]]} stands twice or out of order",
                f"the order is {', '.join(STAGE_NAMES)}",
            )
    names = [stage_name(stage) for stage in stages]
    for needed in (STAGE_NAMES[0], STAGE_NAMES[-1]):
        if needed not in names:
            raise ConfigurationError(
                file.where(("stages",)), f"has no {needed}", f"add `- stage: {needed}`"
            )
    return stages


def _stage(file: YamlFile, entry: Plain, at: int) -> StageOptions:
    """Return the options of one entry of the list of stages."""
    place = ("stages", at)
    if not isinstance(entry, dict) or not isinstance(entry.get("stage"), str):
        raise ConfigurationError(
            file.where(place), "has no stage name", "begin the entry with `- stage: NAME`"
        )
    name = str(entry["stage"])
    if name not in STAGE_NAMES:
        raise ConfigurationError(
            file.where((*place, "stage")), f"unknown stage {name}", near_names(name, STAGE_NAMES)
        )
    options = {key: value for key, value in entry.items() if key != "stage"}
    return convert(file, options, STAGES[STAGE_NAMES.index(name)], place)
