"""Titles without the name of a section or site that stands behind them."""

import re

from pipeline.folding import fold

MAX_TAIL_WORDS = 3
MAX_TAILS = 3
"""So many channels and sites stand behind a title at most."""
MIN_WIDE = 4
"""A title of Chinese, Japanese or Korean has so many of their signs at least."""
BETWEEN_PARTS = re.compile(r"\s+(?:[|·•»–—-]|::)\s+|:\s+(?=\S+$)")
"""What stands between a title and the name of a site."""
_BAR = re.compile(r"\s+[|»]\s+")
_DASHED = re.compile(r"(.+)\s+[–—-]\s+(.+?)")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_STUCK = re.compile(r"(.*[^\s|–—-])\s*[|–—-]+\s*([^|–—-]+)", re.DOTALL)
_UNDERSCORES = re.compile(r"\s*_+\s*")
_CALLED_SO = re.compile(
    r"(?:网|网站|官网|报|新闻|在线|传媒|电视台|频道|资讯|论坛|博客|门户"
    r"|網|網站|官網|報|新聞|電視台|論壇|部落格|ニュース|뉴스|일보|신문)$"
)
"""How the names of sites and channels end in these languages."""
_SIGNS = " |_–—-"


def without_site(title: str, site: str) -> str:
    """Return a title without the site's name at its end or start.

    >>> without_site("Tides turn | The Courier", "The Courier"), without_site("A - B", "")
    ('Tides turn', 'A - B')
    >>> without_site("潮水今天来得早-港口日志", "港口日志")
    '潮水今天来得早'
    >>> without_site("他们都读港口日志", "港口日志"), without_site("1-港口日志", "港口日志")
    ('他们都读港口日志', '1-港口日志')
    """
    breaks = list(BETWEEN_PARTS.finditer(title))
    wanted = fold(site)
    if breaks and wanted:
        first, last = breaks[0], breaks[-1]
        for name, rest in (
            (title[last.end() :], title[: last.start()]),
            (title[: first.start()], title[first.end() :]),
        ):
            if fold(name) and (fold(name) in wanted or wanted in fold(name)):
                return rest.strip()
    if wanted and title.endswith(site) and _is_wide(title):
        rest = title.removesuffix(site)
        return rest.rstrip(_SIGNS) if rest[-1:] in _SIGNS and _is_wide(rest) else title
    return title


def without_tail(title: str) -> str:
    """Return a title that is no heading of the page without the name of a section or site behind.

    Behind a bar everything goes, behind a dash a name of few words; in Chinese, Japanese and Korean
    everything behind an underscore, and what ends as names of sites do, with spaces or without.

    >>> without_tail("Tides turn early | News | Quay"), without_tail("Tides turn early - Quay")
    ('Tides turn early', 'Tides turn early')
    >>> without_tail("Tides - when they turn, and why it matters to those who row")
    'Tides - when they turn, and why it matters to those who row'
    >>> without_tail("潮水今天来得早_新闻_港口"), without_tail("潮水今天来得早-港口频道-港口日报")
    ('潮水今天来得早', '潮水今天来得早')
    >>> without_tail("港口的灯塔-它的守护人"), without_tail("日报-港口日报"), without_tail("a_b")
    ('港口的灯塔-它的守护人', '日报-港口日报', 'a_b')
    """
    first, *others = _BAR.split(title)
    if others and len(first.split()) > 1:
        return first
    dashed = _DASHED.fullmatch(title)
    if dashed and len(dashed[2].split()) <= MAX_TAIL_WORDS <= len(dashed[1].split()):
        return dashed[1]
    return _without_wide_tail(title)


def _without_wide_tail(title: str) -> str:
    first = _UNDERSCORES.split(title)[0]
    kept = first if _is_wide(first) else title
    for _ in range(MAX_TAILS):
        stuck = _STUCK.fullmatch(kept)
        if stuck is None or not _CALLED_SO.search(stuck[2]) or not _is_wide(stuck[1]):
            break
        kept = stuck[1]
    return kept


def _is_wide(text: str) -> bool:
    return len(_WIDE.findall(text)) >= MIN_WIDE
