"""Targets are kept in the workspace, one a project and objective."""

from __future__ import annotations

from data.targets import store_target, stored_targets
from data.workspace import Workspace, open_workspace


def test_a_target_is_kept_replaced_and_removed(workspace: Workspace) -> None:
    assert stored_targets(workspace) == {}
    store_target(workspace, ("digits", "val_accuracy"), 0.97)
    store_target(workspace, ("", "val_accuracy"), 0.5)
    store_target(workspace, ("digits", "val_accuracy"), 0.98)
    again = open_workspace(workspace.folder)
    assert stored_targets(again) == {("digits", "val_accuracy"): 0.98, ("", "val_accuracy"): 0.5}
    store_target(again, ("digits", "val_accuracy"), None)
    assert stored_targets(workspace) == {("", "val_accuracy"): 0.5}


def test_names_are_only_names(workspace: Workspace) -> None:
    hostile = ("'; DROP TABLE trellis_target; --", '<img src=x onerror="alert(1)">')
    store_target(workspace, hostile, 1.0)
    assert stored_targets(workspace) == {hostile: 1.0}
