"""The report as one HTML page that needs nothing else: figures, plots, captures to look at."""

import base64
import re
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from pipeline import __version__
from pipeline.boilerplate.phrases import RuleSet
from pipeline.document import BOILERPLATE_LABELS
from pipeline.manifest import Manifest
from pipeline.report.counting import figures_of
from pipeline.report.figures import BINS, Figures, GroupFigures
from pipeline.report.reasons import unmatched_rules
from pipeline.report.shortening import cut
from pipeline.report.view import Views, sample_of, views_of
from pipeline.storage.files import written_where_named
from pipeline.summary import FIELD_OF

NAME = "report.html"
SITES = 25
"""Most sites in a table; the others are one row."""
PLOTTED_SITES = 12
REASONS = 120
"""Most reasons in the table, those with the most lines,"""
OTHER_REASONS = 3_000
"""and below it, with a line each."""
UNMATCHED = 2_000
"""Most rules that never matched that are named."""
CHANGED = 10
"""Most files that are named of those which are not as the run wrote them."""
SHORT_CHARACTERS = 100
OTHERS = "all others"
PLOT_WIDTH = 520
ROW_HEIGHT = 26
LIGHT, DARK = ("#1f7a4d", "#b4552d", "#33373d"), ("#5cc08f", "#e08e63", "#d7dbe0")
"""Colours of kept, removed and text, on a light and on a dark ground."""
_STAMP = re.compile(r"<!--.*?-->|<script.*?</script>", re.DOTALL)
"""What pygal writes besides the plot: the day, and scripts that an image does not run."""


class Plot(msgspec.Struct, frozen=True):
    """A plot as two images."""

    light: str
    dark: str
    """Data URIs of SVG."""
    told: str
    """What it shows, in words."""


def write_report_page(
    folder: Path, manifest: Manifest, rules: RuleSet | None, changed: Sequence[str], path: Path
) -> tuple[Path, int]:  # where, and its size in bytes
    """Write the report of a run.

    `rules` are those it was made with, None if they are not there; `changed` is what is not as the
    run wrote it.
    """
    views = views_of(folder, sample_of(folder))
    page = report_page(figures_of(folder), views, manifest, rules, changed)
    content = page.encode("utf-8", "replace")
    with written_where_named(path) as stream:
        stream.write(content)
    return path, len(content)


def report_page(
    figures: Figures,
    views: Views,
    manifest: Manifest,
    rules: RuleSet | None,
    changed: Sequence[str] = (),
) -> str:
    """Return the report as HTML; `changed` says what is not as the run wrote it."""
    reasons = sorted(
        figures.reasons.values(), key=lambda each: (-each.lines, each.label, each.reason)
    )
    decided = (reason for _, reason in figures.reasons)
    unmatched = unmatched_rules(rules, decided) if rules else []
    return (
        _environment()
        .get_template("report.html")
        .render(
            title=manifest.corpus,
            version=__version__,
            manifest=manifest,
            figures=figures,
            sites=_largest(figures.sites),
            languages=sorted(
                figures.languages.items(), key=lambda entry: (-entry[1].kept, entry[0])
            ),
            labels=sorted(figures.labels.items(), key=lambda entry: (-entry[1].words, entry[0])),
            words=figures.words,
            published_words=sum(each.kept for each in figures.sites.values()),
            removed_labels=BOILERPLATE_LABELS,
            fields=FIELD_OF,
            changed=changed,
            changed_shown=CHANGED,
            reasons=reasons[:REASONS],
            other_reasons=reasons[REASONS : REASONS + OTHER_REASONS],
            reason_count=len(reasons),
            unmatched=unmatched[:UNMATCHED],
            unmatched_count=len(unmatched) if rules else None,
            plots=_plots(figures),
            data=_embedded(views),
            view_count=len(views.captures),
        )
    )


def view_page(views: Views, title: str) -> str:
    """Return captures to look at, without figures, as HTML."""
    template = _environment().get_template("view.html")
    return template.render(
        title=title,
        version=__version__,
        data=_embedded(views),
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.report"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["thousands"] = "{:,}".format
    environment.filters["share"] = "{:.3f}".format
    environment.filters["shortened"] = partial(cut, characters=SHORT_CHARACTERS)
    return environment


def _embedded(views: Views) -> Markup:
    """Return captures as JSON that cannot end the element it stands in."""
    text = msgspec.json.encode(views).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  no `<` is left in it


def _largest(sites: Mapping[str, GroupFigures]) -> list[tuple[str, GroupFigures]]:
    """Return the sites with the most words, and one row for all others."""
    order = sorted(sites.items(), key=lambda entry: (-entry[1].kept - entry[1].removed, entry[0]))
    if len(order) <= SITES:
        return order
    rest = GroupFigures()
    for _, each in order[SITES:]:
        rest.captures += each.captures
        rest.documents += each.documents
        rest.kept += each.kept
        rest.removed += each.removed
    return [*order[:SITES], (f"{OTHERS} ({len(order) - SITES:,})", rest)]


def _plots(figures: Figures) -> dict[str, Plot]:
    """Return the plots of a report."""
    sites = _largest(figures.sites)[:PLOTTED_SITES]
    bins = [f"{at / BINS:.2f}" for at in range(BINS)]
    names = [name for name, _ in sites]
    return {
        "sites": _plot(
            names,
            {
                "published": [each.kept for _, each in sites],
                "removed": [each.removed for _, each in sites],
            },
            "Words published and removed by site",
            flat=True,
        ),
        "scores": _plot(
            bins,
            {
                "kept": figures.scores.get("kept", [0] * BINS),
                "removed": figures.scores.get("removed", [0] * BINS),
            },
            "Lines that the model decided, by its score",
        ),
        "confidences": _plot(
            bins,
            {"documents": figures.confidences},
            "Documents by the confidence of their language",
        ),
    }


@lru_cache(maxsize=1)
def _pygal() -> Any:
    """Return pygal without what it adds to Python's imports: every later one would warn of it."""
    import pygal  # noqa: PLC0415  only reports need it
    import pygal.style  # noqa: PLC0415

    own = pygal.PluginImportFixer
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, own)]
    return pygal


def _plot(
    labels: Sequence[str], series: Mapping[str, Sequence[int]], told: str, flat: bool = False
) -> Plot:
    """Return a bar chart, stacked; `flat` lays its bars."""
    pygal = _pygal()
    images = []
    for kept, removed, text in (LIGHT, DARK):
        style = pygal.style.Style(
            background="transparent",
            plot_background="transparent",
            foreground=text,
            foreground_strong=text,
            foreground_subtle=text,
            guide_stroke_color=text,
            major_guide_stroke_color=text,
            colors=(kept, removed),
            opacity="1",
            font_family="sans-serif",
            label_font_size=13,
            major_label_font_size=13,
            legend_font_size=14,
        )
        kind = pygal.HorizontalStackedBar if flat else pygal.StackedBar
        chart = kind(
            style=style,
            js=(),
            width=PLOT_WIDTH,
            height=90 + ROW_HEIGHT * len(labels) if flat else 300,
            legend_at_bottom=True,
            show_legend=len(series) > 1,
            x_label_rotation=0,
            truncate_label=-1,
            show_minor_x_labels=False,
            x_labels_major_every=None if flat else 5,
            # pygal turns a chart that lies by exchanging the two, but not what is asked of them
            y_labels_major_count=4,
            show_minor_y_labels=flat,
            value_formatter="{:,.0f}".format,
            disable_xml_declaration=True,
        )
        # a horizontal chart is drawn from below
        order = slice(None, None, -1) if flat else slice(None)
        chart.x_labels = list(labels)[order]
        for name, values in series.items():
            chart.add(name, list(values)[order])
        svg = _STAMP.sub("", chart.render(is_unicode=True)).replace(chart.uuid, "plot")
        images.append("data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode())
    return Plot(images[0], images[1], told)
