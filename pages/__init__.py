"""One module a tab of the single page: its layout, nothing else."""
