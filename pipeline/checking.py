"""YAML content turned into Structs, with messages that name file, line, problem and remedy."""

import re
from collections.abc import Mapping
from typing import Annotated, TypeVar, get_args, get_origin

import msgspec

from pipeline.errors import ConfigurationError, near_names
from pipeline.yaml_file import Place, Plain, YamlFile

T = TypeVar("T", bound=msgspec.Struct)

_AT = re.compile(r" - at `(?P<path>[^`]+)`$")
_STEP = re.compile(r"\.(?P<key>[^.\[\]]+)|\[(?P<at>\d+|\.\.\.)\]")


def convert(file: YamlFile, value: Plain, kind: type[T], place: Place = ()) -> T:
    """Return `value` (found at `place` of the file) as a Struct of type `kind`.

    Unknown fields, missing fields and values of the wrong type raise a ConfigurationError.
    """
    if not isinstance(value, dict):
        raise ConfigurationError(
            file.where(place),
            f"must be a mapping, not {_name_of(value)}",
            f"write it with the fields {', '.join(_field_names(kind))}",
        )
    _refuse_unknown(file, value, kind, place)
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        message = str(error)
        at = _AT.search(message)
        inner = _steps(at["path"]) if at else ()
        raise ConfigurationError(
            file.where((*place, *inner)),
            message[: at.start()] if at else message,
            _remedy(kind, inner),
        ) from None


def _refuse_unknown(file: YamlFile, value: dict[str, Plain], kind: type, place: Place) -> None:
    """Raise for fields that the Struct does not have, here or in a Struct inside it."""
    fields = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    for key, inner in value.items():
        if key not in fields:
            remedy = near_names(key, fields)
            raise ConfigurationError(file.where((*place, key)), f"unknown field {key}", remedy)
        _refuse_within(file, inner, fields[key], (*place, key))


def _refuse_within(file: YamlFile, value: Plain, kind: object, place: Place) -> None:
    """Raise for unknown fields of Structs in a value, also as values of a mapping or list."""
    if isinstance(kind, type) and _is_struct(kind):
        if isinstance(value, dict):
            _refuse_unknown(file, value, kind, place)
    elif isinstance(value, dict) and get_origin(kind) in (dict, Mapping):
        for key, inner in value.items():
            _refuse_within(file, inner, get_args(kind)[1], (*place, key))
    elif isinstance(value, list) and get_origin(kind) in (list, tuple):
        for at, inner in enumerate(value):
            _refuse_within(file, inner, get_args(kind)[0], (*place, at))


def _is_struct(kind: type) -> bool:
    return issubclass(kind, msgspec.Struct)


def _steps(path: str) -> Place:
    """Return msgspec's path `$.a[2].b` as ("a", 2, "b")."""
    steps: list[str | int] = []
    for step in _STEP.finditer(path):
        if step["key"] is not None:
            steps.append(step["key"])
        elif step["at"] != "...":
            steps.append(int(step["at"]))
    return tuple(steps)


def _remedy(kind: type, inner: Place) -> str:
    """Return what the field at `inner` takes, as the Struct declares it."""
    if not inner:
        return f"the fields are: {', '.join(_field_names(kind))}"
    for field in msgspec.structs.fields(kind):
        if field.encode_name == inner[0]:
            return f"{field.encode_name} takes {_describe(field.type)}"
    return ""


def _describe(kind: object) -> str:
    if get_origin(kind) is Annotated:
        base, *extra = get_args(kind)
        bounds = [each for each in extra if isinstance(each, msgspec.Meta)]
        return _describe(base) + "".join(_bounds(each) for each in bounds)
    names = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}
    if isinstance(kind, type) and kind in names:
        return names[kind]
    if get_origin(kind) is tuple:
        return f"a list of {_describe(get_args(kind)[0])}"
    choices = [str(value) for value in get_args(kind)]
    return f"one of {', '.join(choices)}" if choices else getattr(kind, "__name__", str(kind))


def _bounds(meta: msgspec.Meta) -> str:
    """Return the bounds of a number in words.

    >>> _bounds(msgspec.Meta(ge=0, le=1)), _bounds(msgspec.Meta(ge=1))
    (' from 0 to 1', ' of at least 1')
    """
    return f" from {meta.ge} to {meta.le}" if meta.le is not None else f" of at least {meta.ge}"


def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.encode_name for field in msgspec.structs.fields(kind))


def _name_of(value: Plain) -> str:
    return {list: "a list", str: "text", type(None): "nothing"}.get(type(value), "a single value")
