"""Gradients of the nets of the table, written out, for many nets of one shape side by side.

Every array has one axis more than it would have for one net, the first one: net by net. ``scale``,
(nets, 1, 1), multiplies the gradients. It goes into the small factors of a product, so that a step
``kernel + product`` reads and writes each kernel once.
"""

from __future__ import annotations

from keras import ops


def transposed(arrays):
    """Swap the last two axes."""
    return ops.swapaxes(arrays, -1, -2)


def _summed(slopes):
    return ops.sum(slopes, axis=1, keepdims=True)


def autoencoder(params: list, inputs, kept, scale) -> list:
    """Return the gradients of the cross-entropy of a denoising autoencoder of sigmoid units.

    The cross-entropy is summed over inputs and over images.

    Args:
        params: kernel (nets, below, units), bias (nets, 1, units), bias of the reconstruction
            (nets, 1, below); and for untied weights the decoder's kernel (nets, units, below).
        inputs: (nets, images, below) in [0, 1].
        kept: 1 where the net sees an input, 0 where it is erased; as `inputs`.
        scale: of the gradients.

    Returns:
        One array per parameter.
    """
    kernel, bias, below_bias, *decoder = params
    back = decoder[0] if decoder else transposed(kernel)
    seen = inputs * kept
    codes = ops.sigmoid(seen @ kernel + bias)
    error = (ops.sigmoid(codes @ back + below_bias) - inputs) * scale
    slope = (error @ transposed(back)) * codes * (1 - codes)
    if decoder:
        products = [transposed(seen) @ slope, transposed(codes) @ error]
    else:
        # Both uses of the one kernel, in one product.
        products = [
            transposed(ops.concatenate([seen, error], axis=1))
            @ ops.concatenate([slope, codes], axis=1)
        ]
    return [products[0], _summed(slope), _summed(error), *products[1:]]


def boltzmann(params: list, inputs, draws, scale) -> list:
    """Return the gradients of one step of contrastive divergence, CD-1.

    Args:
        params: kernel (nets, below, units), bias (nets, 1, units), bias of the units below.
        inputs: (nets, images, below) in [0, 1], taken as probabilities.
        draws: uniform numbers in [0, 1) that decide which hidden units are on,
            (nets, images, units).
        scale: of the gradients.

    Returns:
        One array per parameter; their negatives raise the likelihood.

    Reference: Hinton, 2002; probabilities instead of samples wherever Hinton's guide of 2010
    says so.
    """
    kernel, bias, below_bias = params
    codes = ops.sigmoid(inputs @ kernel + bias)
    on = ops.cast(draws < codes, "float32")
    again = ops.sigmoid(on @ transposed(kernel) + below_bias)
    codes_again = ops.sigmoid(again @ kernel + bias)
    product = transposed(ops.concatenate([again * scale, -inputs * scale], axis=1)) @ (
        ops.concatenate([codes_again, codes], axis=1)
    )
    return [
        product,
        _summed((codes_again - codes) * scale),
        _summed((again - inputs) * scale),
    ]


def classifier(params: list, inputs, targets, scale) -> list:
    """Return the gradients of the cross-entropy of sigmoid layers with a softmax on top.

    Args:
        params: kernel (nets, below, units) and bias (nets, 1, units) of each layer in turn.
        inputs: (nets, images, below).
        targets: one-hot labels, (nets, images, classes).
        scale: of the gradients.

    Returns:
        One array per parameter.
    """
    layers = hidden_layers(params, inputs)
    slope = (ops.softmax(layers[-1] @ params[-2] + params[-1]) - targets) * scale
    found = [transposed(layers[-1]) @ slope, _summed(slope)]
    for number in range(len(layers) - 1, 0, -1):
        codes = layers[number]
        slope = (slope @ transposed(params[2 * number])) * codes * (1 - codes)
        found = [transposed(layers[number - 1]) @ slope, _summed(slope), *found]
    return found


def hidden_layers(params: list, inputs) -> list:
    """Return the inputs and the outputs of all layers but the softmax."""
    layers = [inputs]
    for kernel, bias in zip(params[:-2:2], params[1:-2:2], strict=True):
        layers.append(ops.sigmoid(layers[-1] @ kernel + bias))
    return layers
