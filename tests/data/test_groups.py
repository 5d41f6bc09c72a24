"""Runs beside each other: seeds of one search form a group, and only what can be compared is shown at first."""

from __future__ import annotations

from pathlib import Path

from data.catalog import Catalog
from tests.data.run_folders import write


def test_seeds_of_one_search_form_a_group(tmp_path: Path, catalog: Catalog) -> None:
    for name in ("big/seed_0", "big/seed_1", "small/seed_0"):
        write("bohb", tmp_path / name)
    write("smac_1", tmp_path / "big" / "other")
    catalog.open(tmp_path)
    groups = {study["name"]: study["group"] and study["group"]["name"] for study in catalog.studies()}
    assert groups == {"big/other": None, "big/seed_0": "big", "big/seed_1": "big", "small/seed_0": None}


def test_of_many_searches_the_first_is_shown_and_the_others_are_a_tick_away(tmp_path: Path, catalog: Catalog) -> None:
    for name in ("a/seed_0", "a/seed_1", "b/seed_0"):
        write("bohb", tmp_path / name)
    write("deepcave", tmp_path / "z")
    catalog.open(tmp_path)
    assert {study["name"]: study["shown"] for study in catalog.studies()} == {
        "a/seed_0": True,
        "a/seed_1": True,
        "b/seed_0": True,
        "z": False,
    }
