"""Pure computation over trials: no dash, no plotly, no files, no network."""
