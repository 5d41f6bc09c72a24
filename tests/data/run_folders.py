"""Small folders as optimizers write them: one writer a format, and the files that optimizers themselves wrote."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

WRITTEN = Path(__file__).parent / "fixtures" / "runs"
"""What the optimizers themselves wrote, without names of machines and users."""

SPACE = {
    "hyperparameters": [
        {"name": "lr", "type": "uniform_float", "lower": 1e-4, "upper": 1.0, "log": True, "default_value": 0.1},
        {"name": "depth", "type": "uniform_int", "lower": 1, "upper": 8, "log": False},
        {"name": "kind", "type": "categorical", "choices": ["a", "b"]},
        {"name": "mode", "type": "ordinal", "sequence": ["low", "mid", "high"]},
    ],
    "conditions": [
        {"child": "depth", "parent": "kind", "type": "EQ", "value": "a"},
        {"child": "mode", "parent": "kind", "type": "IN", "values": ["b"]},
    ],
}
CONFIGS: list[dict[str, Any]] = [
    {"lr": 0.1 * (i + 1), "kind": "ab"[i % 2]} | ({"mode": "mid"} if i % 2 else {"depth": i + 1}) for i in range(4)
]


def lines(entries: list[Any]) -> str:
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def bohb(folder: Path) -> None:
    ids = [[i // 2, 0, i % 2] for i in range(4)]
    times = {"submitted": 1.7e9, "started": 1.7e9 + 1, "finished": 1.7e9 + 6}
    results = [
        [key, budget, times, {"loss": 0.5 / budget, "info": {"size": 10.0}}, None] for key in ids for budget in (1, 3)
    ]
    configs = [[key, config, {"model_based_pick": False}] for key, config in zip(ids, CONFIGS, strict=True)]
    (folder / "configs.json").write_text(lines(configs))
    (folder / "results.json").write_text(lines([*results, [ids[0], 9.0, times, None, "Traceback: out of memory"]]))
    (folder / "configspace.json").write_text(json.dumps(SPACE))


def smac_1(folder: Path) -> None:
    data: list[Any] = [
        [[i + 1, "1", 0, 3.0 * i], [0.5 - 0.1 * i, 2.0, {"__enum__": "StatusType.SUCCESS"}, 1.7e9, 1.7e9 + 2, {"n": i}]]
        for i in range(4)
    ]
    configs = {str(i + 1): config for i, config in enumerate(CONFIGS)}
    (folder / "runhistory.json").write_text(json.dumps({"data": data, "configs": configs}, indent=1))
    (folder / "scenario.txt").write_text("run_obj = quality\ndeterministic = True\n")
    (folder / "configspace.json").write_text(json.dumps(SPACE))


def smac_2(folder: Path) -> None:
    data: list[Any] = [[i + 1, None, 5, None, [0.5 - 0.1 * i, 8.0], 2.0, 1, 1.7e9, 1.7e9 + 2, {}] for i in range(4)]
    configs = {str(i + 1): config for i, config in enumerate(CONFIGS)}
    history = {"stats": {"submitted": 4}, "data": data, "configs": configs, "config_origins": {}}
    (folder / "runhistory.json").write_text(json.dumps(history))
    (folder / "scenario.json").write_text(json.dumps({"objectives": ["error", "size"], "deterministic": True}))
    (folder / "configspace.json").write_text(json.dumps(SPACE))


def deepcave(folder: Path) -> None:
    objectives = [{"name": "accuracy", "lower": 0, "upper": 1, "optimize": "upper"}, {"name": "time"}]
    history = [[i, 9.0, -1, [0.1 * i, 3.0], float(i), i + 1.0, 1 if i else 3, {"n": i}] for i in range(4)]
    (folder / "meta.json").write_text(json.dumps({"objectives": objectives, "budgets": [9.0], "seeds": [-1]}))
    (folder / "configs.json").write_text(json.dumps(dict(enumerate(CONFIGS))))
    (folder / "history.jsonl").write_text(lines(history))
    (folder / "configspace.json").write_text(json.dumps(SPACE))


def data_frame(folder: Path) -> None:
    rows = [f"{0.1 * i},{i},{i % 2},5,{0.2 * i},0,1,SUCCESS" for i in range(4)]
    head = "metric:score [0.0, 1.0] (maximize),depth,kind,budget,lr,start_time,end_time,status"
    (folder / "trials.csv").write_text("\n".join([head, *rows, ""]))
    space = ["name,type,lower,upper,log,item_0,item_1", "lr,float,0,1,False,,", "depth,integer,0,9,False,,"]
    (folder / "configspace.csv").write_text("\n".join([*space, "kind,categorical,,,,0,1", ""]))


def amltk(folder: Path, name: str = "history.csv") -> None:
    frame = pd.DataFrame(
        {
            "name": [f"trial-{i}" for i in range(4)],
            "status": ["success", "success", "fail", "crashed"],
            "trial_seed": [1, 1, 2, 2],
            "bucket": [f"trial-{i}-budget={i}.0" for i in range(4)],
            "metric:accuracy [0.0, 1.0] (maximize)": [0.1, 0.2, None, None],
            "config:lr": [0.1, 0.2, 0.3, 0.4],
            "config:kind": ["a", "b", "a", "b"],
            "summary:size": [1, 2, 3, 4],
            "created_at": pd.to_datetime([f"2025-01-01T00:00:0{i}" for i in range(4)]),
        }
    )
    if name.endswith("csv"):
        frame.to_csv(folder / name, index=False)
    else:
        frame.to_parquet(folder / name)


def ray(folder: Path) -> None:
    for i, config in enumerate(CONFIGS):
        trial = folder / f"train_{i}"
        trial.mkdir()
        results = [
            {"accuracy": 0.1 * step, "training_iteration": step, "timestamp": 1.7e9 + step, "trial_id": f"t{i}",
             "config": config | {"lr": 0.5 * config["lr"] if step > 2 else config["lr"]}}
            for step in (1, 2, 3)
        ]  # fmt: skip
        (trial / "result.json").write_text(lines(results))
        (trial / "params.json").write_text(json.dumps(config))
    told = [json.dumps({"relative_logdir": f"train_{i}", "status": "TERMINATED"}) for i in range(4)]
    state = {"trial_data": [[trial, "{}"] for trial in told], "stats": {}}
    (folder / "experiment_state-2025-01-01_00-00-00.json").write_text(json.dumps(state))


WRITERS: dict[str, Callable[[Path], Any]] = {
    "bohb": bohb,
    "smac_1": smac_1,
    "smac_2": smac_2,
    "deepcave": deepcave,
    "data_frame": data_frame,
    "amltk_csv": amltk,
    "amltk_parquet": lambda folder: amltk(folder, "history.parquet"),
    "ray": ray,
}
NAMES = [*WRITERS, *sorted(path.name for path in WRITTEN.glob("*"))]


def write(name: str, folder: Path) -> Path:
    """A run of a format in a new folder; returns what to open: the folder, or the one file that is a study."""
    if name in WRITERS:
        folder.mkdir(parents=True)
        WRITERS[name](folder)
        return folder
    source = WRITTEN / name
    if source.is_dir():
        return Path(shutil.copytree(source, folder))
    folder.mkdir(parents=True)
    return Path(shutil.copy(source, folder))
