"""Tables and forms as the page holds them."""

from __future__ import annotations

from typing import Any

from analytics.stored import to_json
from callbacks import launching, refining
from callbacks.context import Trellis
from callbacks.refining import View

RATE = {"rate": [[1e-3, 0.1]]}


def refined(context: Trellis, brushes: dict[str, Any] | None = None) -> dict[str, Any]:
    """A stored table of the toy study."""
    return to_json(refining.fill(context.catalog, look(context, brushes), None, around=False))


def filled(context: Trellis, **typed: str) -> dict[str, Any]:
    """The form as it opens, with some fields typed."""
    return {**launching.first_form(context, toy(context)).form, **typed}


def studies(context: Trellis) -> dict[str, dict[str, Any]]:
    context.catalog.refresh()
    return {entry["name"]: entry for entry in context.catalog.studies()}


def look(context: Trellis, brushes: dict[str, Any] | None = None, focus: dict[str, Any] | None = None) -> View:
    return View(brushes or {}, [entry["id"] for entry in studies(context).values()], focus)


def toy(context: Trellis) -> str:
    return str(studies(context)["toy"]["id"])
