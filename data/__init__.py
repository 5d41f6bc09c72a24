"""Where trials come from and are kept: the workspace database, readers, example studies."""
