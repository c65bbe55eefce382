"""Captured web pages in, clean text records and a complete audit out.

`clean`, `clean_many` and `load_plan` are what programs call (`pipeline.api`); they are loaded when
they are first asked for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.api import Item, Page, PageLine, clean, clean_many, load_plan

__version__ = "0.1.0"
__all__ = ["Item", "Page", "PageLine", "__version__", "clean", "clean_many", "load_plan"]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module pipeline has no attribute {name}")
    from pipeline import api  # noqa: PLC0415  loaded only where it is used

    return getattr(api, name)
