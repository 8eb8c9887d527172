"""Pretrain a stack of denoising autoencoders, put a softmax on top, and fine-tune the whole.

encoders = pretrain_stack(images, (500, 500), noise=0.25, epochs=10, learning_rate=1e-3)
classifier = build_classifier((500, 500), encoders=encoders)
fine_tune(classifier, images[:300], labels[:300], epochs=50, learning_rate=1e-3)
classification_error(classifier, test_images, test_labels)  # percent
"""

from helpers.pretraining.classifier import build_classifier, classification_error, fine_tune
from helpers.pretraining.stack import pretrain_stack

__all__ = [
    "build_classifier",
    "classification_error",
    "fine_tune",
    "pretrain_stack",
]
