"""What the lessons share: data, layers, models, the training loop, plots, checks.

Importing this package is cheap: TensorFlow is imported only when it is needed, and then
quietly, because nbgrader scores a cell that writes to stderr with 0. Keras then has the
settings of the course, whatever the user's keras.json says.
"""

import os

from helpers.course import keras_settings, quiet

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
quiet.install()
keras_settings.install()
