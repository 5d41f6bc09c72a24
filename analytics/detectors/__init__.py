"""Detectors, one question about a search a function: from a `Case` to findings, or `NotAsked` (docs/findings.md).

A detector corrects its p for the tests that it makes itself; `analytics.diagnosis` corrects for the detectors.
"""
