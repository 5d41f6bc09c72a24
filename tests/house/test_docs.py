"""What the documents say is there: make targets, links, pictures, and Python that compiles."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from callbacks.api import VERSION

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"(?:\]\(|src=\"|srcset=\")([^)\"\s]+)[)\"]")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"\bmake ((?:[a-z]+(?:-[a-z]+)*)(?: [a-z]+(?:-[a-z]+)*)*)")
IMAGE_FOLDER = ROOT / "docs" / "images"

document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def anchors(path: Path) -> set[str]:
    """Headings as GitHub makes anchors of them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code(text: str) -> str:
    """Fenced blocks and `code` of a document: where commands stand."""
    blocks = [body for _, body in BLOCK.findall(text)]
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))])


def test_the_readme_names_the_commands_to_start_and_to_test() -> None:
    text = code((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {"make run", "make test"} <= set(text.splitlines())


@document
def test_every_make_target_named_exists(path: Path) -> None:
    named = {word for words in MAKE.findall(code(path.read_text(encoding="utf-8"))) for word in words.split()}
    assert named <= targets()


@document
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in LINK.findall(path.read_text(encoding="utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        file, _, anchor = link.partition("#")
        aim = (path.parent / file).resolve() if file else path
        assert aim.exists(), f"{path.name} links to {link}"
        assert not anchor or anchor in anchors(aim), f"{path.name} links to {link}"


@document
def test_every_python_block_compiles(path: Path) -> None:
    for language, body in BLOCK.findall(path.read_text(encoding="utf-8")):
        if language == "python":
            ast.parse(body, filename=str(path))


@document
def test_every_python_block_imports_what_exists(path: Path) -> None:
    blocks = [body for language, body in BLOCK.findall(path.read_text(encoding="utf-8")) if language == "python"]
    for node in (node for body in blocks for node in ast.walk(ast.parse(body))):
        if isinstance(node, ast.ImportFrom) and node.module and (ROOT / node.module.split(".")[0]).is_dir():
            module = __import__(node.module, fromlist=["*"])
            missing = [alias.name for alias in node.names if not hasattr(module, alias.name)]
            assert not missing, f"{path.name}: {node.module} has no {missing}"


def test_every_document_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), {ROOT / "README.md"}
    while waiting:
        path = waiting.pop()
        reached.add(path)
        files = {link.partition("#")[0] for link in LINK.findall(path.read_text(encoding="utf-8"))}
        waiting |= {(path.parent / file).resolve() for file in files if file.endswith(".md")} - reached
    assert set(DOCUMENTS) <= reached


def test_every_picture_is_used() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    unused = [path.name for path in IMAGE_FOLDER.glob("*.png") if f"images/{path.name}" not in text]
    assert unused == []


def test_make_lists_every_target() -> None:
    listing = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert {line.split()[1] for line in listing.splitlines()} == targets()


def test_continuous_integration_calls_the_test_command_of_the_readme_last() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.rstrip().splitlines()[-1] == "make test"


def test_project_changelog_and_server_name_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    assert VERSION == project["version"] == newest[1]
