"""Search algorithms, objectives, executors and the controller that runs a study."""
