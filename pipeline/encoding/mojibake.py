"""Text that was decoded in the wrong charset, repaired by ftfy, with its own account of how.

Of ftfy only the repair of encodings is asked: its defaults also uncurl quotes, part ligatures and
fold the width of Chinese and Japanese letters, which is not damage.
"""

from collections.abc import Iterator

import ftfy
from ftfy.badness import is_bad
from ftfy.chardata import CHARMAP_ENCODINGS

from pipeline.encoding.characters import Change, whole_change
from pipeline.encoding.gate import may_be_mojibake

_CONFIG = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    remove_control_chars=False,
    normalization=None,
    explain=True,
)


_LOST = "\x1a"
"""What ftfy has for a byte that was lost."""


def fix_mojibake(text: str) -> Iterator[Change]:
    """Yield the repair of a line that shows signs of a wrong charset.

    That is what `ftfy.fix_encoding_and_explain` says. It is asked for one step after the other, as
    the gate tells sooner than ftfy when there is no further one; and of steps that are only UTF-8
    read as something else not at all.

    >>> [(c.before, c.after) for c in fix_mojibake("El niÃ±o volviÃ³")]
    [('Ã±o volviÃ³', 'ño volvió')]
    >>> list(fix_mojibake("El niño volvió, “dijo” Ángel"))
    []
    """
    fixed = text
    plan: list[ftfy.ExplanationStep] = []
    while may_be_mojibake(fixed) and is_bad(fixed):
        before = fixed
        fixed, steps = _reread(before) or ftfy._fix_encoding_one_step_and_explain(before, _CONFIG)
        plan += steps or ()
        if fixed == before:
            break
    if fixed != text:
        detail = ", ".join(f"{step.action} {step.parameter}" for step in plan)
        yield whole_change("mojibake", text, fixed, detail)


def _reread(text: str) -> ftfy.ExplainedText | None:
    """Return what a bad text is if it is UTF-8 throughout that was read in a charset of one byte.

    ftfy tries the same charsets in the same order. What it mends on the way (spaces that were
    no-break spaces, bytes that were lost) is never in valid UTF-8; whatever is not that is left
    to it.

    >>> _reread("El niÃ±o")
    ExplainedText(text='El niño', explanation=[('encode', 'latin-1'), ('decode', 'utf-8')])
    >>> _reread("El niÃ±o, señor")
    """
    for charset in CHARMAP_ENCODINGS:
        try:
            raw = text.encode(charset)
        except UnicodeEncodeError:
            continue
        try:
            fixed = raw.decode()
        except UnicodeDecodeError:
            return None
        if _LOST in fixed:
            return None
        decoding = "utf-8-variants" if 0xED in raw else "utf-8"
        steps = [("encode", charset), ("decode", decoding)]
        return ftfy.ExplainedText(fixed, [ftfy.ExplanationStep(*step) for step in steps])
    return None
