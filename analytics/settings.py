"""Settings as data: what a form draws, the trainer checks and the documentation lists."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from analytics.columns import Level


class SettingError(ValueError):
    """A setting that cannot be; the message names the setting, the value and what was expected."""


@dataclass(frozen=True)
class Setting:
    """One value that the analyst may set; ``low`` and ``high`` are included, None is open."""

    name: str
    type: Literal["int", "float", "bool", "choice", "text"]
    default: Level
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[Level, ...] = ()

    @property
    def expected(self) -> str:
        """What a value must be, in words."""
        if self.type == "bool":
            return "true or false"
        if self.type == "text":
            return "text without control characters"
        if self.type == "choice":
            return "one of " + ", ".join(map(str, self.choices))
        kind = "a whole number" if self.type == "int" else "a number"
        if self.low is not None and self.high is not None:
            return f"{kind} from {self.low:g} to {self.high:g}"
        return kind + (f" from {self.low:g}" if self.low is not None else "")

    def check(self, value: Any) -> Any:
        """The value in its type.

        Raises:
            SettingError: the value does not fit.
        """
        if self._fits(value):
            return float(value) if self.type == "float" else value
        raise SettingError(f"setting {self.name!r} is {value!r}; expected {self.expected}")

    def _fits(self, value: Any) -> bool:
        if self.type == "bool":
            return isinstance(value, bool)
        if self.type == "text":
            return isinstance(value, str) and not any(unicodedata.category(c) in ("Cc", "Cs") for c in value)
        if self.type == "choice":
            return any(type(value) is type(choice) and value == choice for choice in self.choices)
        if isinstance(value, bool) or not isinstance(value, int if self.type == "int" else (int, float)):
            return False
        return (
            math.isfinite(value)
            and (self.low is None or value >= self.low)
            and (self.high is None or value <= self.high)
        )


def check_settings(settings: Iterable[Setting], values: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """All settings of an owner (an algorithm, say): the given values checked, the others at their defaults.

    Raises:
        SettingError: a value does not fit, or names no setting of the owner.
    """
    known = {setting.name: setting for setting in settings}
    for name in values:
        if name not in known:
            expected = ", ".join(known) or "none: it has no settings"
            raise SettingError(f"{owner} has no setting {name!r}; expected {expected}")
    return {name: setting.check(values.get(name, setting.default)) for name, setting in known.items()}
