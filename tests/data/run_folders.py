"""Small folders as optimizers write them: one writer a format, and the files that optimizers themselves wrote."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

WRITTEN = Path(__file__).parent / "fixtures" / "runs"
"""What the optimizers themselves wrote, without names of machines and users."""

SPACE: dict[str, list[dict[str, Any]]] = {
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


def wandb(folder: Path) -> None:
    for i, config in enumerate(CONFIGS):
        run = folder / f"run-20250101_00000{i}-abc{i}" / "files"
        run.mkdir(parents=True)
        entries = {"wandb_version": 1, "_wandb": {"value": {"cli_version": "0.20"}}, "net": {"value": {"depth": i}}}
        entries |= {key: {"desc": None, "value": value} for key, value in config.items()}
        (run / "config.yaml").write_text(json.dumps(entries, indent=1))
        summary = {"val_loss": 1 / (i + 1), "_timestamp": 1.7e9 + i, "_runtime": 5.0, "_step": 3, "_wandb": {"x": 1}}
        (run / "wandb-summary.json").write_text(json.dumps(summary))


def mlflow_database(folder: Path) -> None:
    script = (WRITTEN.parent / "mlflow_tracking.sql").read_text()
    with closing(sqlite3.connect(folder / "mlflow.db")) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executescript(script)


def hiplot(folder: Path) -> None:
    rows = [f"p{i},{f'p{i - 1}' if i else ''},{1 / (i + 1)},{0.1 * (i + 1)},{'ab'[i % 2]}" for i in range(5)]
    (folder / "points.csv").write_text("\n".join(["uid,from_uid,loss,lr,kind", *rows, ""]))


def json_lines(folder: Path) -> None:
    rows = [{"trial": i, "lr": 0.1 * (i + 1), "net": {"depth": i}, "loss": 1 / (i + 1)} for i in range(5)]
    (folder / "rows.jsonl").write_text(lines(rows))


def wandb_export(folder: Path) -> None:
    configs = [json.dumps({"lr": {"value": 0.1 * (i + 1)}, "net": {"depth": i}, "_wandb": {}}) for i in range(4)]
    frame = pd.DataFrame(
        {
            "summary": [json.dumps({"val_loss": 1 / (i + 1), "_runtime": 5, "_step": 2}) for i in range(4)],
            "config": configs,
            "name": ["a", "b", "c", "d"],
        }
    )
    frame.to_csv(folder / "runs.csv")


def wandb_columns(folder: Path) -> None:
    frame = pd.DataFrame(
        {
            "Name": ["brave-sun-1", "calm-sea-2", "old-tree-3"],
            "State": ["finished", "crashed", "running"],
            "Created": ["2025-01-01T00:00:00.000Z", "2025-01-01T01:00:00.000Z", "2025-01-01T02:00:00.000Z"],
            "Runtime": [60, 50, 40],
            "config.lr": [0.1, 0.2, 0.3],
            "config.net.depth": [1, 2, 3],
            "val_loss": [0.5, None, 0.3],
            "_step": [3, 4, 5],
        }
    )
    frame.to_csv(folder / "export.csv", index=False)


def cv_results(folder: Path, name: str = "cv_results.csv") -> None:
    """The ``cv_results_`` of a grid search; as JSON the columns as lists, as CSV what pandas makes of them."""
    columns: dict[str, list[Any]] = {
        "mean_fit_time": [0.1, 0.2, 0.3],
        "std_fit_time": [0.0, 0.0, 0.0],
        "param_C": [0.1, 1.0, 10.0],
        "param_kernel": ["rbf", "linear", "rbf"],
        "param_gamma": [0.01, None, 0.1],
        "params": [{"C": 0.1}, {"C": 1.0}, {"C": 10.0}],
        "split0_test_score": [0.6, 0.7, 0.8],
        "split1_test_score": [0.8, 0.9, 1.0],
        "mean_test_score": [0.7, 0.8, 0.9],
        "std_test_score": [0.1, 0.1, 0.1],
        "rank_test_score": [3, 2, 1],
    }
    if name.endswith(".json"):
        (folder / name).write_text(json.dumps(columns))
    else:
        pd.DataFrame(columns).to_csv(folder / name, index=False)


FILES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "mlflow_database": (mlflow_database, "mlflow.db"),
    "hiplot": (hiplot, "points.csv"),
    "json_lines": (json_lines, "rows.jsonl"),
    "wandb_export": (wandb_export, "runs.csv"),
    "wandb_columns": (wandb_columns, "export.csv"),
    "cv_results_csv": (cv_results, "cv_results.csv"),
    "cv_results_json": (lambda folder: cv_results(folder, "cv_results.json"), "cv_results.json"),
}
"""Single files: who writes one, and its name."""

WRITERS: dict[str, Callable[[Path], Any]] = {
    "bohb": bohb,
    "smac_1": smac_1,
    "smac_2": smac_2,
    "deepcave": deepcave,
    "data_frame": data_frame,
    "amltk_csv": amltk,
    "amltk_parquet": lambda folder: amltk(folder, "history.parquet"),
    "ray": ray,
    "wandb": wandb,
}
NAMES = [*WRITERS, *FILES, *sorted(path.name for path in WRITTEN.glob("*"))]


def write(name: str, folder: Path) -> Path:
    """A run of a format in a new folder; returns what to open: the folder, or the one file that is a study."""
    if name in WRITERS:
        folder.mkdir(parents=True)
        WRITERS[name](folder)
        return folder
    if name in FILES:
        folder.mkdir(parents=True)
        writer, file = FILES[name]
        writer(folder)
        return folder / file
    return Path(shutil.copytree(WRITTEN / name, folder))
