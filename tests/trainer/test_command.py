"""Any command line as an objective: what it is given, what is read from it, and how it ends."""

from __future__ import annotations

import json
import shlex
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.conftest import lives, pids, wait_until
from tests.trainer.trials import Ended, GoesOn, task, train

PYTHON = shlex.quote(sys.executable)
SHOW = "import json, os, sys; json.dump([sys.argv[1:], dict(os.environ)], open('seen', 'w')); print('score=1')"


def run(folder: Path, source: str, words: str = "", goes_on: GoesOn = lambda _s, _m: True, **changes: Any) -> Ended:
    """A trial of ``python own.py WORDS``."""
    (folder / "own.py").write_text(textwrap.dedent(source))
    return train(task(folder, "command", f"{PYTHON} own.py {words}", **changes), goes_on)


def seen(folder: Path) -> tuple[list[str], dict[str, str]]:
    arguments, environment = json.loads((folder / "seen").read_text())
    return arguments, environment


def test_values_go_in_after_the_command_is_split_so_none_becomes_two_arguments_or_runs(tmp_path: Path) -> None:
    params = {"lr": 1e-05, "text": "a b'; touch pwned; $(touch pwned)", "shift": -1e-05, "on": False, "none": None}
    ended = run(tmp_path, SHOW, "--text={text} {args} '{seed}/{steps} {number}'", params=params)
    assert ended.failure is None
    assert seen(tmp_path)[0] == [
        "--text=a b'; touch pwned; $(touch pwned)",
        *("--lr", "1e-05", "--shift=-1e-05", "--on", "false", "--none", "none"),
        "3/3 0",
    ]
    assert not list(tmp_path.rglob("pwned"))


def test_what_has_no_value_goes_with_its_option(tmp_path: Path) -> None:
    words = "-v --momentum {momentum} --beta={beta} --lr {lr} {checkpoint_in} '{\"json\": {lr}}'"
    run(tmp_path, SHOW, words, params={"lr": 0.5})
    assert seen(tmp_path)[0] == ["-v", "--lr", "0.5", '{"json": 0.5}']


def test_checkpoints_artifacts_seed_and_steps_stand_in_the_environment(tmp_path: Path) -> None:
    settings = {"checkpoints": True}
    run(tmp_path, SHOW, settings=settings, checkpoint_in="/from", env={"MINE": "1"}, number=7)
    environment = seen(tmp_path)[1]
    given = {name: value for name, value in environment.items() if name.startswith("TRELLIS_")}
    assert given.pop("TRELLIS_METRICS").endswith("metrics.jsonl")
    assert given == {
        "TRELLIS_SEED": "3",
        "TRELLIS_STEPS": "3",
        "TRELLIS_NUMBER": "7",
        "TRELLIS_CHECKPOINT_IN": "/from",
        "TRELLIS_CHECKPOINT_OUT": str(tmp_path / "runs" / "checkpoints" / "7"),
        "TRELLIS_ARTIFACTS": str(tmp_path / "runs" / "artifacts" / "7"),
    }
    assert (environment["MINE"], environment["PYTHONUNBUFFERED"]) == ("1", "1")


PRINTED: list[tuple[str, list[dict[str, Any]]]] = [
    (
        "Epoch 1/2: score=0.5, val_loss: 1e-3\nEpoch 2/2: score=.75",
        [{"score": 0.5, "val_loss": 1e-3}, {"score": 0.75}],
    ),
    (
        "epoch [1/2]\n loss : 2.\n score: 3\nepoch [2/2]\nscore: 4",
        [{"loss": 2, "score": 3}, {"score": 4}],
    ),
    (
        "{'loss': 0.5, 'score': '1.5', 'epoch': 1.0}\n{'score': 2, 'epoch': 2.0}",
        [{"loss": 0.5, "score": 1.5}, {"score": 2}],
    ),
    (
        '{"step": 1, "score": 5, "ok": true, "name": "x"}\n{"step": 2, "score": NaN}',
        [{"score": 5}, {"score": "nan"}],
    ),
    (
        "1/2 - step 1 - acc: 91.5% - score: inf\rstep 2 - score: -Infinity",
        [{"acc": 91.5, "score": "inf"}, {"score": "-inf"}],
    ),
    (
        "\x1b[32mstep=1\x1b[0m score\x1b[1m=\x1b[0m7 lr=0.3 at 12:30:01 v: 1.2.3 eta: 00:10\nstep=2 score=8",
        [{"score": 7}, {"score": 8}],
    ),
    ("iter 1 score=1 score=2 part: 3/4 b=12x\nepoch 2 iter 900 score=3", [{"score": 2}, {"score": 3}]),
    ("step 1 score=1\nstep 2 score=2\nbest: 9\nscore=5", [{"score": 1}, {"score": 2, "best": 9}]),
]


@pytest.mark.parametrize(("printed", "reports"), PRINTED)
def test_metrics_are_read_from_what_is_printed(tmp_path: Path, printed: str, reports: list[dict[str, Any]]) -> None:
    ended = run(tmp_path, f"print({printed!r})", params={"lr": 0.3})
    assert ended.failure is None, ended.failure
    found: dict[int, dict[str, Any]] = {}
    for step, metrics in ended.reports:
        found.setdefault(step, {}).update(metrics)
    shown = {step: {n: v if abs(v) < 1e9 else str(v) for n, v in metrics.items()} for step, metrics in found.items()}
    assert shown == dict(enumerate(reports, 1))


def test_the_last_value_is_final_also_where_no_step_was_printed(tmp_path: Path) -> None:
    ended = run(tmp_path, "print('score=1'); print('score=2 size=3')")
    assert (ended.reports, ended.result) == ([], {"score": 2, "size": 3})
    assert not list(tmp_path.glob("runs/artifacts/*"))


def test_own_regular_expressions_and_a_choice_of_metrics(tmp_path: Path) -> None:
    settings = {"metrics": ["score"], "patterns": {"score": r"F1 is (\S+)", "step": r"round (\d+)"}}
    ended = run(tmp_path, "print('round 4 F1 is 0.5 loss=3')", settings=settings)
    assert (ended.reports, ended.result) == ([(4, {"score": 0.5})], {"score": 0.5})
    wrong = run(tmp_path, "print('F1 is good')", settings=settings)
    assert wrong.failure == "RunError: pattern 'score' found 'good'; expected a number in its group"


def test_a_regular_expression_that_never_ends_fails_its_trial(tmp_path: Path) -> None:
    settings = {"patterns": {"score": r"((?:a+)+)$"}}
    ended = run(tmp_path, f"print('a' * 60 + '!'); open({str(tmp_path / 'done')!r}, 'w')", settings=settings)
    assert ended.failure is not None
    assert ended.failure.startswith("RunError: the patterns took over 1 s for one line")


def test_one_import_appends_to_a_file(tmp_path: Path) -> None:
    ended = run(
        tmp_path, "from hypertrellis_log import log\nlog(0, size=10)\nlog(1, score=0.5)\nlog(2, score=0.75, step=9)"
    )
    assert ended.reports == [(0, {"size": 10}), (1, {"score": 0.5}), (2, {"score": 0.75})]


def test_output_of_any_kind_and_length_survives(tmp_path: Path) -> None:
    ended = run(
        tmp_path,
        """
        import sys
        out = sys.stdout.buffer
        out.write(b"\\xff\\xfe\\x00 step 1 score=1 \\xff\\n")
        out.write(b"x" * 3_000_000 + b" score=5\\n" + b"step 2 score=2\\n")
        for i in range(200_000):
            out.write(b"noise %d\\n" % i)
        out.write("\\u2713 Überprüfung score=3 \\u00b2".encode())
        """,
    )
    assert ended.failure is None, ended.failure
    assert (ended.reports, ended.result) == ([(1, {"score": 1}), (2, {"score": 2})], {"score": 3})


def test_names_without_end_are_not_all_kept(tmp_path: Path) -> None:
    ended = run(tmp_path, "print('score=1'); [print(f'name{i}=1') for i in range(5000)]")
    assert len(ended.result) == 100


@pytest.mark.parametrize(
    ("source", "failure"),
    [
        (
            "import sys; print('begun'); sys.exit('no such layer')",
            "the command ended with exit status 1: no such layer",
        ),
        ("import sys; sys.exit(3)", "the command ended with exit status 3: it printed nothing"),
        ("import os; os.kill(os.getpid(), 9)", "the command was killed (SIGKILL): it printed nothing"),
        ("print('done')", "the command printed no 'score', but no metric; expected score=NUMBER"),
        ("print('loss=1')", "the command printed no 'score', but loss; expected score=NUMBER"),
    ],
)
def test_a_command_that_fails_says_how(tmp_path: Path, source: str, failure: str) -> None:
    ended = run(tmp_path, source)
    assert ended.failure == failure
    assert "begun" not in source or ended.details == "begun\nno such layer\n"


def test_a_program_that_is_gone_or_cannot_run_is_named(tmp_path: Path) -> None:
    gone = train(task(tmp_path, "command", "nosuchprogram --x 1"))
    assert gone.failure is not None
    assert "there is no program 'nosuchprogram'" in gone.failure
    (tmp_path / "text").write_text("no program")
    (tmp_path / "text").chmod(0o755)
    odd = train(task(tmp_path, "command", "./text"))
    assert odd.failure == "the command './text' could not be started: Exec format error"


STUBBORN = """
    import os, signal, subprocess, sys, time
    signal.signal(signal.SIGTERM, lambda *_: open("asked", "w").close())
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    for pid in (os.getpid(), child.pid):
        open(f"pid-{pid}", "w").close()
    print("step 1 score=1")
    while True:
        time.sleep(0.01)
"""


def test_a_trial_that_is_stopped_asks_its_command_to_end_and_then_kills_all_of_it(tmp_path: Path) -> None:
    ended = run(tmp_path, STUBBORN, goes_on=lambda _step, _metrics: False)
    assert (ended.failure, ended.result) == (None, {"score": 1})
    assert (tmp_path / "asked").exists()
    assert len(pids(tmp_path)) == 2
    assert not any(lives(pid) for pid in pids(tmp_path))


def test_what_a_command_leaves_running_ends_with_it(tmp_path: Path) -> None:
    source = STUBBORN.replace('print("step 1 score=1")', 'print("score=1"); sys.exit()')
    assert run(tmp_path, source).result == {"score": 1}
    assert not any(lives(pid) for pid in pids(tmp_path))


def test_a_command_past_its_time_limit_is_killed_with_all_it_started(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(textwrap.dedent(STUBBORN).replace("print(", "#"))
    ended = train(task(tmp_path, "command", f"{PYTHON} own.py"), timeout=4)
    assert ended.failure == "it ran past its limit of 4 s"
    assert len(pids(tmp_path)) == 2
    wait_until(lambda: not any(lives(pid) for pid in pids(tmp_path)))
