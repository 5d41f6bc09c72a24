"""Plotly figures: pure functions of a typed result and a theme."""
