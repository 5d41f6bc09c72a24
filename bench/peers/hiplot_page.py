"""For .venv-bench's Python: `hiplot_page.py TABLE.csv PAGE.html` writes HiPlot's HTML export with two linked views."""

import sys

import hiplot


def main(table: str, page: str) -> None:
    experiment = hiplot.Experiment.from_csv(table)
    experiment.colorby = "value"
    for name in ("learning_rate", "weight_decay", "width"):
        experiment.parameters_definition[name].type = hiplot.ValueType.NUMERIC_LOG
    experiment.display_data(hiplot.Displays.XY).update({"axis_x": "learning_rate", "axis_y": "value"})
    experiment.to_html(page)


if __name__ == "__main__":
    main(*sys.argv[1:])
