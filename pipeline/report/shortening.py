"""Texts cut to what a person reads of them."""


def cut(text: str, characters: int) -> str:
    """Return the beginning of a text, with an ellipsis where it goes on.

    >>> cut("harbour", 5), cut("quay", 5)
    ('harb…', 'quay')
    """
    return text if len(text) <= characters else f"{text[: characters - 1]}…"


def around_change(before: str, after: str, characters: int) -> tuple[str, str]:
    """Return of two forms of a line so much from shortly before what differs first.

    >>> around_change("a" * 90 + "niÃ±o y niÃ±a", "a" * 90 + "niño y niña", 50)
    ('…aaaaaaaaaaaaaaaaaaaaaaaniÃ±o y niÃ±a', '…aaaaaaaaaaaaaaaaaaaaaaaniño y niña')
    >>> around_change("it couldn´t", "it couldn't", 50)
    ('it couldn´t', "it couldn't")
    """
    if max(len(before), len(after)) <= characters:
        return before, after
    same = next(
        (at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        min(len(before), len(after)),
    )
    start = max(same - characters // 2, 0)
    head = "…" if start else ""
    return (
        head + cut(before[start:], characters),
        head + cut(after[start:], characters),
    )
