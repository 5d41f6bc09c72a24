"""The folders keep to their jobs: imports go one way, and ids have one home."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from components import ids

ROOT = Path(__file__).parents[2]
MAY_IMPORT: dict[str, set[str]] = {
    "analytics": set(),
    "data": {"analytics"},
    "trainer": {"analytics", "data"},
    "components": {"analytics"},
    "pages": {"components"},
    "callbacks": {"analytics", "components", "data", "trainer"},
    "app": {"analytics", "components", "data", "trainer", "pages", "callbacks"},
}
PAGE_LIBRARIES = {"dash", "plotly", "flask", "werkzeug", "dash_ag_grid", "dash_bootstrap_components"}
ID_HOLDERS = {"Input", "Output", "State"}


def modules(layer: str) -> Iterator[tuple[Path, ast.Module]]:
    paths = [ROOT / "app.py"] if layer == "app" else sorted((ROOT / layer).rglob("*.py"))
    for path in paths:
        yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    """The top-level packages that a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def id_literals(tree: ast.Module) -> Iterator[str]:
    """Ids written out: a literal in a wire, or as the id of a component."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if getattr(call.func, "id", getattr(call.func, "attr", "")) in ID_HOLDERS:
            yield from (ast.unparse(arg) for arg in call.args[:1] if is_literal(arg))
        yield from (ast.unparse(k.value) for k in call.keywords if k.arg == "id" and is_literal(k.value))


def strings(tree: ast.Module) -> set[str]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant | ast.JoinedStr | ast.Dict)


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_a_layer_imports_only_the_layers_below_it(layer: str) -> None:
    crossing = [
        f"{path} imports {name}"
        for path, tree in modules(layer)
        for name in imports(tree)
        if name in MAY_IMPORT and name not in MAY_IMPORT[layer] | ({layer} - {"app"})
    ]
    assert crossing == []


@pytest.mark.parametrize("layer", ["analytics", "data", "trainer"])
def test_what_computes_reads_and_trains_knows_no_page(layer: str) -> None:
    found = [
        f"{path} imports {name}" for path, tree in modules(layer) for name in imports(tree) if name in PAGE_LIBRARIES
    ]
    assert found == []


@pytest.mark.parametrize("layer", ["components", "pages", "callbacks", "app"])
def test_no_id_is_written_outside_its_module(layer: str) -> None:
    known = {value for value in vars(ids).values() if isinstance(value, str) and value != ids.__file__}
    wrong = []
    for path, tree in modules(layer):
        if path.name != "ids.py":
            wrong += [f"{path}: id {literal}" for literal in id_literals(tree)]
            strings = {
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
            wrong += [f"{path}: {name!r}" for name in strings & known if "-" in name]
    assert wrong == []


def test_the_search_for_id_literals_finds_them() -> None:
    tree = ast.parse("Input('a', 'data'); Store(id='b'); Output({'type': 'c'}, 'data'); Div(id=f'd{e}'); Div(id=ids.F)")
    assert len(list(id_literals(tree))) == 4


def test_app_stays_under_a_hundred_lines() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) < 100
