"""HTML captures as numbered lines, each with what the markup says of it."""

from pipeline.markup.rendering import Page, render

__all__ = ["Page", "render"]
