"""A workspace that holds a real study, run once a session."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from callbacks.context import Trellis
from data.catalog import Catalog
from data.workspace import Workspace, open_workspace
from tests.pages.toy import run_toy


@pytest.fixture(scope="session")
def toy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the toy's code and a workspace in which the toy study has run."""
    folder = tmp_path_factory.mktemp("toy")
    run_toy(folder / "workspace", folder / "code")
    return folder


@pytest.fixture
def workspace(toy_folder: Path, tmp_path: Path) -> Workspace:
    """A copy of the workspace with the toy study, for one test."""
    shutil.copytree(toy_folder / "workspace", tmp_path / "workspace")
    return open_workspace(tmp_path / "workspace")


@pytest.fixture
def context(workspace: Workspace) -> Trellis:
    return Trellis(workspace, Catalog(workspace))
