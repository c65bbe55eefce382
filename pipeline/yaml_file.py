"""YAML files read strictly: a key that stands twice and a key that became a boolean are errors.

PyYAML alone keeps the last of two equal keys and reads the Norwegian `no:` as false, both without
a word. Each value keeps the line that it came from, for messages.
"""

import re
from pathlib import Path
from typing import TypeAlias, cast

import yaml

from pipeline.errors import ConfigurationError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where PyYAML was built with it: the rule files in 0.03 s of CPU time, not 0.74."""

_ALIAS = re.compile(r"(?:^|[\s\[{,:?-])\*\S", re.MULTILINE)
"""What an alias looks like; most files have none, and need not be read twice."""

Place: TypeAlias = tuple[str | int, ...]
Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"


class YamlFile:
    """The content of a YAML file and the line of each of its values."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        """How messages and fingerprints call the file: never an absolute path in a record."""
        self.lines: dict[Place, int] = {}
        self.content: Plain = None

    def where(self, place: Place = ()) -> str:
        """Return `file:line: a.b[2]` for messages; the nearest known place, if it has no line."""
        known = place
        while known and known not in self.lines:
            known = known[:-1]
        written = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)
        line = self.lines.get(known, 1)
        return f"{self.path}:{line}" + (f": {written.lstrip('.')}" if written else "")


def read_yaml(path: Path, name: str = "") -> YamlFile:
    """Return a YAML file's content, or raise a ConfigurationError that says where it breaks."""
    file = YamlFile(path, name or path.name)
    if path.exists() and not path.is_file():
        raise ConfigurationError(str(path), "is no file", "name a YAML file")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        near = sorted(other.name for other in path.parent.glob("*.y*ml")) if path.parent else []
        remedy = f"in that folder are: {', '.join(near)}" if near else "check the path"
        raise ConfigurationError(str(path), "there is no such file", remedy) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(str(path), f"cannot be read ({error})", "mend the file") from None
    try:
        _refuse_aliases(path, text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error)
        raise ConfigurationError(
            f"{path}:{line}", f"is not YAML: {problem}", "check indentation, quotes and colons"
        ) from None
    if node is not None:
        file.content = _plain(file, node, ())
    return file


def _plain(file: YamlFile, node: yaml.Node, place: Place) -> Plain:
    """Return a node's value as plain Python, noting the line of each part."""
    file.lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(file, node, place)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(file, value, (*place, at)) for at, value in enumerate(node.value)]
    if node.tag.endswith((":str", ":timestamp", ":binary")):
        return str(node.value)
    try:
        return cast("Plain", yaml.SafeLoader("").construct_object(node))
    except (ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(
            file.where(place), f"is no plain value ({error})", "write it in quotes"
        ) from None


def _refuse_aliases(path: Path, text: str) -> None:
    """Raise for aliases (`*name`): they hide what a file says, and can blow up what it holds."""
    for event in yaml.parse(text, Loader=_LOADER) if _ALIAS.search(text) else ():
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise ConfigurationError(
                f"{path}:{line}", "uses a YAML alias", "write the value out where it is needed"
            )


def _mapping(file: YamlFile, node: yaml.MappingNode, place: Place) -> dict[str, Plain]:
    """Return a mapping, refusing repeated keys and keys that YAML does not read as text."""
    mapping: dict[str, Plain] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key, str):
            raise ConfigurationError(file.where(place), "a key is no text", "write a name")
        file.lines[(*place, key)] = key_node.start_mark.line + 1
        if not key_node.tag.endswith(":str"):
            kind = key_node.tag.rsplit(":", 1)[-1]
            where = file.where((*place, str(key)))
            raise ConfigurationError(
                where, f"YAML reads the key {key} as a {kind}", f'write it in quotes: "{key}":'
            )
        if key in mapping:
            where = file.where((*place, str(key)))
            raise ConfigurationError(
                where, f"the key {key} stands twice", "put both values under one key"
            )
        mapping[key] = _plain(file, value_node, (*place, key))
        file.lines[(*place, key)] = key_node.start_mark.line + 1
    return mapping
