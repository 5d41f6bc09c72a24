"""``docs/algorithms.md`` says what the algorithms declare, and its examples are specs."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.trainer.conftest import ROOT
from tests.trainer.searching import SPACE
from trainer import draws
from trainer.spec import parse_spec
from trainer.tables import tables

TEXT = (ROOT / "docs" / "algorithms.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("place", range(5))
def test_the_tables_are_those_that_the_declarations_make(place: int) -> None:
    assert tables()[place] in TEXT


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_are_parts_of_a_spec(example: str) -> None:
    space = {
        "learning_rate": SPACE["rate"],
        "width": {"type": "int", "low": 8, "high": 256},
        "depth": {"type": "int", "low": 1, "high": 4},
    }
    entries = {"space": space, "budget": {"trials": 5, "steps": 12}, **yaml.safe_load(re.sub("1e-", "1.0e-", example))}
    objective = {"type": "builtin", "target": "images"}
    spec = parse_spec({"name": "example", "objective": objective, "metrics": {"val_accuracy": "maximize"}, **entries})
    assert parse_spec(spec.to_json()) == spec


def test_every_attribute_of_the_lineage_is_documented() -> None:
    known = {value for value in vars(draws).values() if isinstance(value, str) and value.startswith("trellis:")}
    for name in known & set(draws.KEPT[:8]) | {draws.RUNG, draws.REASON, draws.BUDGET}:
        assert f"`{name}`" in TEXT, name
