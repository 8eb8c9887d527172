"""Attention: against Keras' own layer with the same weights, and what no order changes."""

import keras
import numpy as np
import pytest

from helpers import layers


def some_tokens(count=2, length=5, size=4, seed=0):
    return np.random.default_rng(seed).normal(size=(count, length, size)).astype("float32")


def projected(tokens, kernel, bias, head):
    """Return queries, keys or values of one head."""
    return tokens @ kernel[:, head] + bias[head]


@pytest.mark.parametrize("heads", [1, 2])
def test_it_is_what_keras_computes_with_the_same_weights(heads):
    tokens, others = some_tokens(), some_tokens(length=3, seed=1)
    layer = keras.layers.MultiHeadAttention(heads, 3)
    outputs, shares = layer(tokens, others, return_attention_scores=True)
    (wq, bq), (wk, bk), (wv, bv), (wo, bo) = np.split(
        np.array([np.asarray(w) for w in layer.get_weights()], dtype=object), 4
    )
    expected = np.zeros(tokens.shape) + bo
    for head in range(heads):
        found, weights = layers.attention(
            projected(tokens, wq, bq, head),
            projected(others, wk, bk, head),
            projected(others, wv, bv, head),
        )
        expected = expected + found @ wo[head]
        np.testing.assert_allclose(weights, shares[:, head], atol=1e-5)
    np.testing.assert_allclose(outputs, expected, atol=1e-5)


def test_on_two_tokens_by_hand():
    queries = np.array([[2.0, 0.0]])
    keys = np.array([[1.0, 0.0], [0.0, 1.0]])
    outputs, weights = layers.attention(queries, keys, np.array([[10.0], [20.0]]))
    share = 1 / (1 + np.exp(-2 / np.sqrt(2)))
    np.testing.assert_allclose(weights, [[share, 1 - share]])
    np.testing.assert_allclose(outputs, [[10 * share + 20 * (1 - share)]])


def test_large_scores_do_not_overflow():
    outputs, weights = layers.attention(*np.full((3, 1, 2, 2), 1e4))
    np.testing.assert_allclose(weights, 0.5)
    np.testing.assert_allclose(outputs, 1e4)


@pytest.mark.parametrize(
    "shapes", [((5, 4), (5, 3), (5, 2)), ((5, 4), (6, 4), (5, 2))], ids=["length", "count"]
)
def test_shapes_that_do_not_fit_are_refused(shapes):
    with pytest.raises(ValueError, match="Received"):
        layers.attention(*map(np.zeros, shapes))


def block(length=5, size=4, heads=2):
    keras.utils.set_random_seed(0)
    tokens = keras.Input((None, size))
    return keras.Model(tokens, layers.attention_block(tokens, heads))


def test_without_positions_a_new_order_of_tokens_only_reorders_the_results():
    model, tokens, order = block(), some_tokens(), np.array([3, 0, 4, 2, 1])
    np.testing.assert_allclose(model(tokens[:, order]), model(tokens).numpy()[:, order], atol=1e-5)


def test_with_positions_the_order_counts_unless_the_places_come_along():
    positions = layers.Positions(9)
    tokens, order = some_tokens(), np.array([3, 0, 4, 2, 1])
    places = np.tile([8, 1, 2, 0, 5], (2, 1))
    model = block()
    right = model(positions([tokens, places])).numpy()
    moved = model(positions([tokens[:, order], places[:, order]])).numpy()
    np.testing.assert_allclose(moved, right[:, order], atol=1e-5)
    assert np.abs(model(positions([tokens[:, order], places])) - right[:, order]).max() > 0.01


def test_a_position_is_added_to_its_token():
    positions = layers.Positions(9)
    found = positions([np.zeros((1, 2, 8), "float32"), np.array([[2, 0]])])
    (vectors,) = positions.get_weights()
    np.testing.assert_allclose(found[0], vectors[[2, 0]])
    np.testing.assert_array_equal(vectors, layers.waves(9, 8))


def test_waves_tell_every_place_and_neighbours_are_alike():
    vectors = layers.waves(49, 26)
    assert vectors.shape == (49, 26) and not vectors[:, 24:].any()
    products = vectors @ vectors.T
    np.testing.assert_allclose(np.diag(products), 12, rtol=1e-5)
    rows, columns = np.divmod(np.arange(49), 7)
    steps = abs(rows - rows[:, None]) + abs(columns - columns[:, None])
    assert products[steps == 1].min() > products[steps > 1].max()
    assert len(np.unique(vectors.round(4), axis=0)) == 49


@pytest.mark.parametrize("places, width", [(8, 4), (0, 4), (9, 0)])
def test_waves_need_a_square_grid(places, width):
    with pytest.raises(ValueError, match="Received"):
        layers.waves(places, width)


def test_with_a_context_only_the_context_is_looked_at():
    keras.utils.set_random_seed(0)
    tokens, context = keras.Input((None, 4)), keras.Input((None, 4))
    model = keras.Model([tokens, context], layers.attention_block(tokens, 2, context=context))
    one, other = some_tokens(), some_tokens(length=3, seed=1)
    right = model([one, other]).numpy()
    changed = one.copy()
    changed[:, 1] += 1
    np.testing.assert_allclose(model([changed, other])[:, 0], right[:, 0], atol=1e-6)
    assert np.abs(model([one, other + np.arange(4)])[:, 0] - right[:, 0]).max() > 0.01


def test_what_is_added_leaves_the_tokens_as_they_are_with_kernels_of_0():
    model, tokens = block(), some_tokens()
    model.set_weights([0 * weight for weight in model.get_weights()])
    np.testing.assert_allclose(model(tokens), tokens)


def test_heads_have_to_divide_the_numbers_of_a_token():
    with pytest.raises(ValueError, match="Received: 3"):
        layers.attention_block(keras.Input((5, 4)), 3)


def test_mask_tokens_are_one_vector_for_every_place():
    layer = layers.MaskTokens(4)
    layer.build((None, None))
    layer.set_weights([np.arange(4.0)])
    masks = np.asarray(layer(np.zeros((2, 3), "int32")))
    np.testing.assert_array_equal(masks, np.tile(np.arange(4.0), (2, 3, 1)))


def test_layers_are_saved_with_what_they_were_made_of():
    for layer in (layers.Positions(9, name="there"), layers.MaskTokens(4)):
        again = type(layer).from_config(layer.get_config())
        assert again.get_config() == layer.get_config()
