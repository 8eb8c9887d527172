"""Reference answers of lesson 02: PCA and the linear autoencoder."""

from helpers.measures.reconstruction import principal_angles
from helpers.pca import (
    decode,
    discarded_variance,
    encode,
    explained_variance,
    fit_pca,
    linear_gradients,
)

__all__ = [
    "decode",
    "discarded_variance",
    "encode",
    "explained_variance",
    "fit_pca",
    "linear_gradients",
    "principal_angles",
]
