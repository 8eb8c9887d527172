"""What every room builds on: lessons, profile, machine, quiet TensorFlow, safe files."""

from helpers.course import about
from helpers.course.lessons import CORE, LESSONS, Lesson
from helpers.course.places import ROOT
from helpers.course.profiles import pick

__all__ = ["CORE", "LESSONS", "ROOT", "Lesson", "about", "pick"]
