"""Fields of the launch form: a label, a control, and the place where its problem appears."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dash import dcc, html
from dash.development.base_component import Component

from analytics.settings import Setting
from components import ids
from components.options import option


@dataclass(frozen=True)
class Field:
    """A field by the name that :mod:`analytics.plans` knows it by."""

    name: str
    label: str
    help: str
    kind: Literal["text", "number", "area", "list"] = "text"
    example: str = ""
    wide: bool = False
    picked: bool = False
    """Whether values can be picked from a list beside it."""


BUDGET = (
    Field("steps", "Steps a trial", "Epochs that each trial trains; empty: as many as its objective does.", "number"),
    Field("wall", "Wall time", "After this time no further trial begins: 90 s, 30 min, 2 h.", example="2 h"),
    Field("threads", "Threads a worker", "Threads that numerical libraries may use in each trial.", "number", "1"),
    Field("retries", "Retries", "How often a trial that failed is run again.", "number", "0"),
    Field("repeats", "Repeats", "How often each configuration is run, each time with another seed.", "number", "1"),
)
OPTIMIZED = "What the search optimizes, as in maximize val_accuracy; several with commas."
GOALS = (Field("goals", "Optimize", OPTIMIZED, wide=True, picked=True),)
LIMITS = "Limits of metrics, one a line, as in parameters <= 50000. A brush on a metric comes in as one."
BEST_FIRST = "How many of the best earlier trials run again first, in the new space."
EARLIER = (Field("enqueue", "Run the best first", BEST_FIRST, "number", "0"),)
ONE_A_LINE = "What runs, one configuration a line: NAME = VALUE, NAME = VALUE, of all that count in it."
GIVEN = (Field("configurations", "Configurations", ONE_A_LINE, "list", "rate = 0.01, optimizer = adam", wide=True),)
FOLDER = "Where the objective runs, and where its module is found."
TIMEOUT = "A trial that takes longer fails: 90 s, 30 min, 2 h."
ALWAYS = (
    Field("timeout", "Time limit a trial", TIMEOUT, example="30 min"),
    Field(
        "env",
        "Environment",
        "Variables of the training processes, NAME=VALUE, one a line.",
        "area",
        "DATA=/data",
        wide=True,
    ),
)
FUNCTION = (Field("cwd", "Working folder", FOLDER, wide=True), *ALWAYS)
PLACES = "{name} is the value of a hyperparameter; {args} stands for --name value of all others."
PATTERNS = "Where its output is not name=value: NAME: PATTERN, one a line; the group of the pattern is the value."
LOGGED = "Names, with commas; empty: every metric that it prints."
OBJECTIVES: dict[str, tuple[Field, ...]] = {
    "builtin": ALWAYS,
    "python": (Field("target", "Function", "module:function; it gets a Run.", example="train:main"), *FUNCTION),
    "optuna": (Field("target", "Function", "module:function; it gets a trial.", example="train:objective"), *FUNCTION),
    "command": (
        Field("target", "Command", PLACES, example="python train.py {args}", wide=True),
        Field("log", "Metrics to log", LOGGED, example="val_acc, val_loss", wide=True, picked=True),
        *FUNCTION,
        Field("patterns", "Patterns", PATTERNS, "area", r"val_acc: accuracy is ([0-9.]+)", wide=True),
    ),
}
"""Fields of each type of objective."""
WARM = Setting("warm", "bool", False, "Tell the sampler of all earlier trials that fit the new space.")
CHECKPOINTS = Setting("checkpoints", "bool", False, "It reads and writes the checkpoints that two variables name.")
SWITCHES = {"warm": WARM, "checkpoints": CHECKPOINTS}
LABELS = {"warm": "Warm start", "checkpoints": "Checkpoints"}


def fields(shown: Iterable[Field], form: Mapping[str, Any], offers: Sequence[str] = ()) -> list[html.Div]:
    """Fields at their values in a form; empty without one. Of those with a list, ``offers`` are what it holds."""
    made = []
    for f in shown:
        field = labelled(f.label, _control(f, form.get(f.name)), f.name, f.help, wide=f.wide)
        made.append(
            html.Div([field, _picker(f, offers)], className="tr-field-picked") if f.picked and offers else field
        )
    return made


def setting_fields(settings: Mapping[str, Setting], form: Mapping[str, Any]) -> list[html.Div]:
    """A field for each setting, by the name of its field, at its value in a form or at its default."""
    return [
        labelled(LABELS.get(name, s.name), _setting(name, s, form.get(name)), name, f"{s.help} Expected {s.expected}.")
        for name, s in settings.items()
    ]


def labelled(label: str, control: Component, name: str, help_text: str = "", *, wide: bool = False) -> html.Div:
    """A labelled control; its problem appears beneath it."""
    return html.Div(
        [
            html.Label([html.Span(label, className="tr-label"), control], title=help_text),
            html.P(id=ids.field_problem(name), className="tr-error", role="alert"),
        ],
        className="tr-field tr-field-wide" if wide else "tr-field",
    )


def _picker(shown: Field, offers: Sequence[str]) -> dcc.Dropdown:
    """A list whose entries go into the field; ``assets/launch.js`` puts them there."""
    place = ids.launch_pick(shown.name)
    options = [option(text, text) for text in offers]
    return dcc.Dropdown(id=place, options=options, placeholder="Pick …", className="tr-dropdown tr-pick")


def text_input(place: Any, value: str | None = None, *, mode: str = "text", example: str = "") -> dcc.Input:
    """A text input that reports when it is left or Enter is pressed."""
    more = {} if value is None else {"value": value}
    return dcc.Input(
        id=place, className="tr-input", autoComplete="off", debounce=True, inputMode=mode, placeholder=example, **more
    )


def _control(shown: Field, value: Any) -> Component:
    place, text = ids.launch_field(shown.name), value or ""
    if shown.kind in ("area", "list"):
        style = f"tr-input tr-area{' tr-area-list' if shown.kind == 'list' else ''}"
        return dcc.Textarea(id=place, value=text, className=style, placeholder=shown.example)
    mode = "numeric" if shown.kind == "number" else "text"
    return text_input(place, text, mode=mode, example=shown.example)


def _setting(name: str, setting: Setting, value: Any) -> Component:
    place = ids.launch_field(name)
    if setting.type in ("bool", "choice"):
        choices: Sequence[Any] = (True, False) if setting.type == "bool" else setting.choices
        words = ("yes", "no") if setting.type == "bool" else tuple(map(str, choices))
        options = [{"label": word, "value": i} for i, word in enumerate(words)]
        chosen = value if isinstance(value, int) else choices.index(setting.default)
        return dcc.Dropdown(id=place, options=options, value=chosen, clearable=False, className="tr-dropdown")
    text = str(setting.default if value is None else value)
    return text_input(place, text, mode="text" if setting.type == "text" else "decimal")
