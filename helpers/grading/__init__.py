"""Grade a class: honest scores, untrusted code, one command.

Three roles with data only between them: the coordinator (intake, log, report) never runs student
code, the runner (warm, runner, isolation) runs nothing else, the scorer (worker, scorer, remote)
runs the checks on what the runner answers.
"""

from helpers.grading.cli import add_commands

__all__ = ["add_commands"]
