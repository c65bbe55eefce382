"""Text that was decoded in the wrong charset, repaired by ftfy, with its own account of how.

Of ftfy only the repair of encodings is asked: its defaults also uncurl quotes, part ligatures and
fold the width of Chinese and Japanese letters, which is not damage.
"""

import re
from collections.abc import Iterator

import ftfy

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


_WITHOUT_LOSSES = _CONFIG._replace(replace_lossy_sequences=False)
_LOSS = re.compile("[?\x1a\ufffd]")
"""What stands for a lost byte, for ftfy; without any there is no lossy sequence to look for."""


def fix_mojibake(text: str) -> Iterator[Change]:
    """Yield the repair of a line that shows signs of a wrong charset.

    That is what `ftfy.fix_encoding_and_explain` says. It is asked for one step after the other, as
    the gate tells sooner than ftfy when there is no further one.

    >>> [(c.before, c.after) for c in fix_mojibake("El niÃ±o volviÃ³")]
    [('Ã±o volviÃ³', 'ño volvió')]
    >>> list(fix_mojibake("El niño volvió, “dijo” Ángel"))
    []
    """
    fixed = text
    plan: list[ftfy.ExplanationStep] = []
    while may_be_mojibake(fixed):
        before = fixed
        config = _CONFIG if _LOSS.search(before) else _WITHOUT_LOSSES
        fixed, steps = ftfy._fix_encoding_one_step_and_explain(before, config)
        plan += steps or ()
        if fixed == before:
            break
    if fixed != text:
        detail = ", ".join(f"{step.action} {step.parameter}" for step in plan)
        yield whole_change("mojibake", text, fixed, detail)
