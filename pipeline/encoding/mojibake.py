"""Text that was decoded in the wrong charset, repaired by ftfy, with its own account of how.

Of ftfy only the repair of encodings is asked: its defaults also uncurl quotes, part ligatures and
fold the width of Chinese and Japanese letters, which is not damage.
"""

from collections.abc import Iterator

import ftfy
from ftfy.badness import is_bad

from pipeline.encoding.characters import Change, whole_change

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


def fix_mojibake(text: str) -> Iterator[Change]:
    """Yield the repair of a line that shows signs of a wrong charset.

    >>> [(c.before, c.after) for c in fix_mojibake("El niÃ±o volviÃ³")]
    [('Ã±o volviÃ³', 'ño volvió')]
    >>> list(fix_mojibake("El niño volvió, “dijo” Ángel"))
    []
    """
    if text.isascii() or not is_bad(text):
        return
    fixed, steps = ftfy.fix_encoding_and_explain(text, _CONFIG)
    if fixed != text:
        detail = ", ".join(f"{step.action} {step.parameter}" for step in steps or ())
        yield whole_change("mojibake", text, fixed, detail)
