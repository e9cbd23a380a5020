"""The closed loop: step tables, matters, tasks, deadlines, verdicts, and the engine.

An app declares a ``Workflow`` of ``Step`` rows and registers it; the engine alone moves state.
"""
