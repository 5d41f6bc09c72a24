"""Choices of dropdowns that come from the analyst's data.

The search of ``dcc.Dropdown`` keeps every part of labels and values as keys of a JavaScript object, where ``__proto__``
would change all objects of the page: an invisible character makes it another word (assets/shell.js does the same).
"""

from __future__ import annotations

PROTO, SAFE = "__proto__", "__\u2060proto__"


def option(label: str, value: str) -> dict[str, str]:
    """A choice of a dropdown; :func:`meant` reads its value."""
    return {"label": label.replace(PROTO, SAFE), "value": value.replace(PROTO, SAFE)}


def meant(value: str) -> str:
    """The value that was given to :func:`option`."""
    return value.replace(SAFE, PROTO)
