"""What the lessons share: data, layers, models, the training loop, plots, checks.

Importing this package is cheap: TensorFlow is imported only when it is needed, and then
quietly, because nbgrader scores a cell that writes to stderr with 0.
"""

import os

from helpers.course import quiet

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# The lessons use tf.GradientTape, so another Keras backend cannot run them.
os.environ["KERAS_BACKEND"] = "tensorflow"
quiet.install()
