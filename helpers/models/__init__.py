"""Builders of the course's networks: Functional Keras models on vectors or images."""

from helpers.models.convolutional import (
    build_conv_decoder,
    build_conv_encoder,
    build_convolutional,
    code_model,
)
from helpers.models.deep import build_decoder, build_deep, build_encoder, build_tied
from helpers.models.dense import build_basic, build_dense, chain
from helpers.models.diffusion import build_denoiser, chain_denoiser
from helpers.models.masked import (
    build_patch_decoder,
    build_patch_encoder,
    chain_masked,
    masked_forward,
    mean_token,
    pool_tokens,
)
from helpers.models.patches import build_patch_denoiser, chain_patch_denoiser
from helpers.models.pooled import build_pooled, outline, transposed_shape
from helpers.models.sequences import build_recurrent, lstm_parameters
from helpers.models.sparse import build_top_k
from helpers.models.variational import build_vae, chain_vae

__all__ = [
    "build_basic",
    "build_conv_decoder",
    "build_conv_encoder",
    "build_convolutional",
    "build_decoder",
    "build_deep",
    "build_denoiser",
    "build_dense",
    "build_encoder",
    "build_patch_decoder",
    "build_patch_denoiser",
    "build_patch_encoder",
    "build_pooled",
    "build_recurrent",
    "build_tied",
    "build_top_k",
    "build_vae",
    "chain",
    "chain_denoiser",
    "chain_masked",
    "chain_patch_denoiser",
    "chain_vae",
    "code_model",
    "lstm_parameters",
    "masked_forward",
    "mean_token",
    "outline",
    "pool_tokens",
    "transposed_shape",
]
