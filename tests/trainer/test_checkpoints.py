"""Trainings go on from checkpoints: after a stop, and from parent to child in a population."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.workspace import Workspace
from tests.trainer.conftest import wait_until
from tests.trainer.test_controller import run
from trainer import launch
from trainer.example import study_trials

Spec = Callable[..., dict[str, Any]]

COUNTING = """
    import pathlib, time

    def main(run):
        state, epoch = run.checkpoint_out / "epoch", 0
        if run.checkpoint_in and (run.checkpoint_in / "epoch").exists():
            epoch = int((run.checkpoint_in / "epoch").read_text())
        first = epoch + 1
        for epoch in range(epoch + 1, run.steps + 1):
            state.write_text(str(epoch))
            go_on = run.report(epoch, score=run.params["x"])
            while epoch == 3 and go_on and not pathlib.Path("go").exists():
                time.sleep(0.01)
                go_on = run.report(epoch, score=run.params["x"])
            if not go_on:
                return None
        return {"score": run.params["x"], "first": first}
"""


def test_a_stopped_training_goes_on_where_it_was(workspace: Workspace, own_spec: Spec) -> None:
    spec = own_spec(COUNTING, budget={"trials": 1, "steps": 5})
    launch.start(spec, workspace)
    saved = "runs/*/checkpoints/0/epoch"
    wait_until(lambda: [f for f in workspace.folder.glob(saved) if f.read_text() == "3"])
    launch.stop(workspace, "own")
    wait_until(lambda: launch.list_studies(workspace)[0]["state"] == "stopped")
    Path(spec["objective"]["cwd"], "go").touch()
    launch.resume(workspace, "own")
    wait_until(lambda: launch.list_studies(workspace)[0]["state"] == "finished")
    stopped, again = study_trials(workspace, "own")
    assert stopped.user_attrs["trellis:stopped"]
    assert (again.state.name, again.user_attrs["first"]) == ("COMPLETE", 4)


def test_a_population_of_commands_hands_its_checkpoints_on(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "train.sh").write_text(
        'n=0; [ -z "$TRELLIS_CHECKPOINT_IN" ] || n=$(cat "$TRELLIS_CHECKPOINT_IN/n")\n'
        'while [ $n -lt $1 ]; do n=$((n + 1)); echo $n > "$TRELLIS_CHECKPOINT_OUT/n"\n'
        'echo "step=$n score=$2"; done\n'
    )
    spec = {
        "name": "pbt",
        "objective": {
            "type": "command",
            "target": "sh train.sh {steps} {x}",
            "cwd": str(tmp_path),
            "settings": {"checkpoints": True},
        },
        "space": {"x": {"type": "float", "low": 0.1, "high": 0.9}},
        "metrics": {"score": "maximize"},
        "algorithm": {"name": "pbt", "settings": {"population": 2, "interval": 1, "generations": 2}},
        "budget": {},
        "seed": 1,
    }
    trials = run(workspace, spec)
    assert [t.user_attrs.get("trellis:reason") for t in trials] == [None] * 4
    assert [list(t.intermediate_values) for t in trials] == [[1], [1], [2], [2]]
