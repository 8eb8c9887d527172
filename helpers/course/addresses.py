"""Where the course can be had from: set here once it is published, and nowhere else.

While an address is empty, student notebooks say nothing of it. After a change: ``make student``.
"""

# What pip installs, as it is written behind ``pip install``: the address of a wheel.
WHEEL = ""
# "owner/name" of the public repository on GitHub, which Colab, Kaggle and Binder open.
REPOSITORY = ""
# Its branch that holds the notebooks as they are handed out.
BRANCH = "main"
