"""The student notebooks: put into a folder of the student's own, and opened there."""

from helpers.handout.cli import add_commands
from helpers.handout.copies import Copies, notebooks, start

__all__ = ["Copies", "add_commands", "notebooks", "start"]
