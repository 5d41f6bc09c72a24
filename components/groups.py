"""Groups of studies in the panel: seeds or runs of one search, shown with one tick, each or averaged."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

Entry = Mapping[str, Any]


def together(studies: Sequence[Entry]) -> list[Entry]:
    """The studies with those of one group next to each other, where the first of them stands."""
    first: dict[str, int] = {}
    for at, entry in enumerate(studies):
        first.setdefault(_id(entry), at)
    return sorted(studies, key=lambda entry: first[_id(entry)])


def folded(group: Mapping[str, Any], members: Sequence[Entry], shown: set[str], items: Sequence[Component]) -> html.Li:
    """The items of a group under its heading, folded away while none of its studies is shown."""
    parts = [heading(group, members, shown), html.Ul(list(items), className="tr-studies")]
    return html.Li(html.Details(parts, open=any(entry["id"] in shown for entry in members)), className="tr-runs-group")


def heading(group: Mapping[str, Any], members: Sequence[Entry], shown: set[str]) -> html.Summary:
    """Name and size of a group, a tick for all of it, and whether its views average it.

    ``assets/opening.js`` keeps tick and choice as the page stands.
    """
    known = [entry["id"] for entry in members]
    count = sum(study in shown for study in known)
    ticked = "true" if count == len(known) else "mixed" if count else "false"
    what = "runs" if group["runs"] else "studies" if len(known) > 1 else "study"
    label = f"Show all {len(known)} {what} of {group['name']}"
    tick = html.Button(
        role="checkbox",
        className="tr-group-tick",
        title=label,
        **{"aria-checked": ticked, "aria-label": label, "data-group": json.dumps(known)},
    )
    average = html.Button(
        "averaged",
        className="tr-btn tr-group-average",
        title="Curves of the runs as their mean, with a band of one standard deviation",
        **{"aria-pressed": "false", "data-average": group["id"]},
    )
    name = html.H3(group["name"], title=group["name"])
    size = html.Span(f"{len(known)} {what}", className="tr-note")
    return html.Summary([tick, name, size, *([average] if group["runs"] else [])], className="tr-runs-head")


def _id(entry: Entry) -> str:
    group = entry.get("group")
    return str(group["id"] if group else entry["id"])
