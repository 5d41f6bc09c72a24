"""What an analyst notes on a row: star, tags, note, archived; and how an edit changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

LONGEST_NOTE = 10_000
LONGEST_TAG = 60
MOST_TAGS = 30
MOST_ROWS = 200_000
FIELDS = ("star", "archived", "tag", "untag", "note")


class MarkError(ValueError):
    """An edit that cannot be; one sentence."""


@dataclass(frozen=True)
class Mark:
    """The annotations of a row."""

    star: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""
    archived: bool = False


@dataclass(frozen=True)
class Edit:
    """A change of the rows with these numbers; what is None stays. ``tag`` adds one, ``untag`` takes one away.

    ``was`` is the note that the analyst saw: a note that has changed since then is kept, with the new text under it.
    """

    study: str
    numbers: tuple[int, ...]
    star: bool | None = None
    archived: bool | None = None
    tag: str | None = None
    untag: str | None = None
    note: str | None = None
    was: str = ""

    def apply(self, mark: Mark) -> Mark:
        """The mark of a row after the edit.

        Raises:
            MarkError: it would have too many tags, or too long a note.
        """
        star = mark.star if self.star is None else self.star
        archived = mark.archived if self.archived is None else self.archived
        tags = tuple(tag for tag in mark.tags if tag != self.untag)
        if self.tag is not None and self.tag not in tags:
            tags = (*tags, self.tag)
        if len(tags) > MOST_TAGS:
            raise MarkError(f"the tag {self.tag!r} would be the {len(tags)}th of a row; expected at most {MOST_TAGS}")
        note = mark.note if self.note is None else merged(mark.note, self.was, self.note)
        return replace(mark, star=star, archived=archived, tags=tags, note=checked_note(note))


def merged(now: str, was: str, new: str) -> str:
    """The text of a note that somebody else may have changed from ``was`` to ``now`` meanwhile: nothing is lost."""
    if now in (was, new) or not now:
        return new
    if was and new.startswith(was):
        return f"{now}\n{new[len(was) :].strip()}"
    return f"{now}\n\n{new}" if new else now


def checked_note(note: str) -> str:
    """The note itself.

    Raises:
        MarkError: it is too long.
    """
    if len(note) > LONGEST_NOTE:
        raise MarkError(f"the note has {len(note):,} characters; expected at most {LONGEST_NOTE:,}")
    return note


def parse_edits(body: Any) -> list[Edit]:
    """The edits of a request ``{"edits": [{"study", "numbers", "star" | "archived" | "tag" | "untag" | "note"}]}``.

    Raises:
        MarkError: something of it cannot be; the sentence names it.
    """
    entries = body.get("edits") if isinstance(body, Mapping) else None
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise MarkError("the request has no list 'edits'; expected a list of edits, each with study and numbers")
    edits = [_edit(entry) for entry in entries]
    if (rows := sum(len(edit.numbers) for edit in edits)) > MOST_ROWS:
        raise MarkError(f"the request is about {rows:,} rows; expected at most {MOST_ROWS:,} at a time")
    return edits


def _edit(entry: Mapping[str, Any]) -> Edit:
    if unknown := sorted(set(entry) - {"study", "numbers", "was", *FIELDS}):
        raise MarkError(f"the edit has {unknown[0]!r}; expected study, numbers and one of {', '.join(FIELDS)}")
    if not set(entry) & set(FIELDS):
        raise MarkError(f"the edit changes nothing; expected one of {', '.join(FIELDS)}")
    study, was, note = entry.get("study"), entry.get("was", ""), entry.get("note")
    if not isinstance(study, str):
        raise MarkError(f"the study of an edit is {study!r}; expected an id of /api/studies")
    for name, text in (("was", was), ("note", note)):
        if text is not None and not isinstance(text, str):
            raise MarkError(f"the edit's {name!r} is {text!r}; expected text")
    return Edit(
        study,
        _numbers(entry.get("numbers")),
        star=_switch("star", entry),
        archived=_switch("archived", entry),
        tag=checked_tag(entry["tag"]) if "tag" in entry else None,
        untag=checked_tag(entry["untag"]) if "untag" in entry else None,
        note=None if note is None else storable(note),
        was=storable(was or ""),
    )


def _numbers(value: Any) -> tuple[int, ...]:
    known = isinstance(value, Sequence) and not isinstance(value, str)
    if not known or not all(type(n) is int and 0 <= n < 2**53 for n in value):
        raise MarkError("the numbers of an edit are no list of trial numbers; expected one such as [1, 2, 3]")
    return tuple(value)


def _switch(name: str, entry: Mapping[str, Any]) -> bool | None:
    value = entry.get(name)
    if name in entry and not isinstance(value, bool):
        raise MarkError(f"{name!r} of an edit is {value!r}; expected true or false")
    return value if isinstance(value, bool) else None


def checked_tag(value: Any) -> str:
    """A tag without the spaces around it.

    Raises:
        MarkError: it is no text, empty, too long, or has a comma or a line end in it.
    """
    text = storable(value).strip() if isinstance(value, str) else value
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_TAG or "," in text or not text.isprintable():
        shown = f"{text[:LONGEST_TAG]}…" if isinstance(text, str) and len(text) > LONGEST_TAG else text
        raise MarkError(f"the tag is {shown!r}; expected 1 to {LONGEST_TAG} characters without comma and line end")
    return text


def storable(text: str) -> str:
    """Text that every database and every answer can hold: no NUL, no half of a surrogate pair, lines end with LF."""
    text = text.replace("\r\n", "\n").replace("\x00", "")
    return text.encode("utf-8", "replace").decode("utf-8")
