"""One number from arrays: how good a reconstruction, a clustering, a code or a sample is.

Everything public here is meant to be called as ``measures.NAME``. None of it imports TensorFlow
before it needs it.
"""

from helpers.measures.anomaly import fit_pca_reconstruction, leave_out, roc_auc
from helpers.measures.clustering import (
    clustering_accuracy,
    clustering_scores,
    match_groups,
    name_clusters,
    nearest_other,
    neighbour_agreement,
    score_spread,
)
from helpers.measures.features import firing_rates, match_features, share_found
from helpers.measures.frechet import features_of, frechet_distance
from helpers.measures.labels import (
    classifier_accuracy,
    error_interval,
    error_percent,
    fit_probe,
    half_width,
    probe_error,
)
from helpers.measures.reconstruction import (
    mean_l2,
    mse,
    principal_angles,
    psnr,
    squared_errors,
    sse_per_image,
)
from helpers.measures.samples import confidence, nearest_error, train_classifier, variety
from helpers.measures.similarity import ssim
from helpers.measures.units import keep_random, keep_strongest, label_purity
from helpers.measures.variational import (
    beside_labels,
    kl_per_variable,
    measure_terms,
    monte_carlo_kl,
)

__all__ = [
    "beside_labels",
    "classifier_accuracy",
    "clustering_accuracy",
    "clustering_scores",
    "confidence",
    "error_interval",
    "error_percent",
    "features_of",
    "firing_rates",
    "fit_pca_reconstruction",
    "fit_probe",
    "frechet_distance",
    "half_width",
    "keep_random",
    "keep_strongest",
    "kl_per_variable",
    "label_purity",
    "leave_out",
    "match_features",
    "match_groups",
    "mean_l2",
    "measure_terms",
    "monte_carlo_kl",
    "mse",
    "name_clusters",
    "nearest_error",
    "nearest_other",
    "neighbour_agreement",
    "principal_angles",
    "probe_error",
    "psnr",
    "roc_auc",
    "score_spread",
    "share_found",
    "squared_errors",
    "sse_per_image",
    "ssim",
    "train_classifier",
    "variety",
]
