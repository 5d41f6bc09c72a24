"""The trials table: its rows come from the columns that the browser already holds."""

from __future__ import annotations

import dash_ag_grid as dag

from components import ids


def trials_table() -> dag.AgGrid:
    """An empty grid that the kit fills; sorting, filtering and row selection are the grid's own."""
    return dag.AgGrid(
        id=ids.TRIALS_TABLE,
        columnDefs=[],
        rowData=[],
        getRowId="params.data.key",
        defaultColDef={"sortable": True, "filter": True, "resizable": True, "minWidth": 88, "width": 128},
        dashGridOptions={
            "animateRows": False,
            "rowSelection": {"mode": "multiRow", "enableClickSelection": False},
            "suppressFieldDotNotation": True,
            "rowHeight": 28,
            "headerHeight": 32,
        },
        className="ag-theme-quartz tr-grid-table",
        style={"height": None},
    )
