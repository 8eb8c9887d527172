# %% [markdown]
# # 12 Masked autoencoders: hide three quarters, learn the rest
#
# Cut an image into small squares, hide most of them, and ask a network for what is
# missing. Nobody has to write a label for that: the images themselves say what is right.
# Learning from such a task is *self-supervised learning (자기 지도 학습)*, and the
# denoising autoencoder of lesson 05 was one case of it. This lesson builds the
# *masked autoencoder (마스크 오토인코더)* of He and others (2022), a small one, and
# asks what they asked: how much should be hidden?
#
# After this lesson you can
#
# 1. write *attention*, and say what it does not know without positions;
# 2. build a masked autoencoder whose encoder never sees what is hidden, and measure what
#   it fills in beside the mean image and a linear regression;
# 3. judge a claim about representations with a linear probe on few labels, three seeds,
#   baselines of equal budget, and a control that takes the neighbourhood away.
#
# **12 points**, 60 to 90 minutes of thinking; all cells together compute for at most 5
# minutes on two CPU cores, in at most 3 GB of memory. You need masking from lesson 05
# and the softmax of lesson 09.

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, layers, losses, measures, models, plots, training
from helpers import widgets
from helpers.checks import check, hint, predicted, score
from helpers.methods import fill_in
from scipy import stats
import keras, numpy as np, time

digits = data.load("auto")

# %% [markdown]
# (Where a result depends on your data or on your own answers, a cell prints what holds.
# Sentences that begin with "In full on MNIST" are about the full run on those images.)

# %%
images = digits.train_vectors[: pick(full=10_000, fast=1_200)]
labels = digits.train_labels[: len(images)]
test_images = digits.test_vectors[: pick(full=3_000, fast=500)]
test_labels = digits.test_labels[: len(test_images)]
mean_image = images.mean(axis=0)
width = images.std(axis=0).mean()


def prepare(vectors):
    return ((vectors - mean_image) / width).astype("float32")


print("training", images.shape, " test", test_images.shape)

# %% [markdown]
# Networks get the images minus the mean image, divided by one number, so that an answer
# of 0 everywhere is the mean image.
#
# ## Patches
#
# A picture of 28 x 28 pixels is cut into 7 x 7 *patches (패치)* of 4 x 4 pixels. Each
# patch is a vector of 16 numbers, and the image a list of 49 of them.

# %% [markdown]
# ### Exercise 12.1 — Cut into patches (1 point)
#
# *Warm-up, about 10 minutes.* From rows of pixels to patches.

# %% nbgrader={"schema_version": 3, "grade_id": "ch12-cut-patches", "grade": false, "locked": false, "solution": true, "task": false}
def cut_patches(images, size):
    """Return the patches of square images.

    images: (n, side * side), pixels row by row.
    size: pixels of a patch's side; side is a multiple of it.
    Returns (n, t, size * size): the t patches of the grid row by row, and
    the pixels within each patch row by row, too.
    """
    ### BEGIN SOLUTION
    side = round(np.sqrt(images.shape[1]))
    per_side = side // size
    grid = images.reshape(-1, per_side, size, per_side, size)
    grid = grid.transpose(0, 1, 3, 2, 4)
    return grid.reshape(len(images), per_side**2, size**2)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch12-cut-patches-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
cut_patches = check("12.1", cut_patches)

# %% [markdown]
# Which of the 49 are hidden is drawn at random, for each image anew. The share that is
# hidden is the *mask ratio (마스크 비율)*. It is exact here, as in Exercise 5.1.

# %% [markdown]
# ### Exercise 12.2 — Which patches are seen (1 point)
#
# *Warm-up, about 5 minutes.* Places instead of zeros: return the numbers of the patches
# that are seen, and of those that are hidden. One generator draws for all images, for
# each without regard to the others.

# %% nbgrader={"schema_version": 3, "grade_id": "ch12-random-places", "grade": false, "locked": false, "solution": true, "task": false}
def random_places(count, num_patches, num_seen, seed):
    """Return for each image which patches are seen and which are hidden.

    count: n, of images.  num_patches: t, of an image.
    num_seen: s, patches seen of each image, from 1 to t.
    seed: all randomness comes from np.random.default_rng(seed).
    Returns (seen, hidden), whole numbers (n, s) and (n, t - s): together
    each place from 0 to t - 1 once, in any order; every choice has the same
    chance, and each image its own.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    order = np.argsort(rng.random((count, num_patches)), axis=1)
    return order[:, :num_seen], order[:, num_seen:]
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch12-random-places-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
random_places = check("12.2", random_places)

# %%
seen_of = {25: 37, 50: 24, 75: 12, 90: 5}  # percent hidden: patches seen


def blank(vectors, hidden, grey=0.4):
    patches = np.array(cut_patches(vectors, 4))
    patches[np.arange(len(patches))[:, None], hidden] = grey
    return layers.join_patches(patches)


shown, rows = test_images[:10], {"image": test_images[:10]}
for percent, num_seen in seen_of.items():
    hidden = np.asarray(random_places(10, 49, num_seen, seed=4)[1])
    rows[f"{percent} %, {num_seen} seen"] = blank(shown, hidden)
plots.show_rows(
    rows,
    alt="Ten digits, and the same with about a quarter, a half, three "
    "quarters and nine tenths of their patches covered in grey.",
)

# %% [markdown]
# **Figure 12.1.** Ten test images, and what is left when 25, 50, 75 and 90 % of the
# patches are hidden (grey). Hidden patches are unlike erased pixels: a whole piece of a
# stroke goes at once. How many of each row can you still read?

# %% [markdown]
# ## Attention
#
# A network for *some* of the patches, whichever they are, has to take lists of any
# length. A dense layer cannot: it has a weight for each place. The *transformer* can.
# It keeps a vector for each patch, called a *token (토큰)*, and lets the tokens look at
# each other. Of each token three vectors are made, by three learned matrices: a *query*
# (what am I looking for?), a *key* (what am I?), and a *value* (what do I pass on?).
# **Attention (어텐션)** is
#
# $$A = \operatorname{softmax}\!\Big(\frac{Q K^\top}{\sqrt{k}}\Big), \qquad Y = A V.$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $Q$, $K$ | queries and keys, a row of $k$ numbers each | `queries`, `keys` |
# | $V$ | values, a row for each key | `values` |
# | $A$ | weights: how much each query takes of each value; rows add up to 1 | `weights` |
# | $Y$ | what each query gets | `outputs` |

# %% [markdown]
# ### Exercise 12.3 — Attention (3 points)
#
# *The idea itself, about 20 minutes.* The softmax is that of Exercise 9.1, for each
# query over all keys. Scores may be large: an exponential of 1,000 is infinity.

# %% nbgrader={"schema_version": 3, "grade_id": "ch12-attention", "grade": false, "locked": false, "solution": true, "task": false}
def attention(queries, keys, values):
    """Return what each query gets of the values, and with which weights.

    queries: (s, k).  keys: (t, k).  values: (t, m).  Of any size.
    Returns (outputs, weights), (s, m) and (s, t): the weights are the
    softmax over the keys of the scalar products divided by the root of k.
    """
    ### BEGIN SOLUTION
    scores = queries @ keys.T / np.sqrt(keys.shape[1])
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return weights @ values, weights
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch12-attention-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
attention = check("12.3", attention)

# %% [markdown]
# By hand, on five tokens of three numbers. The three matrices are left out: query, key
# and value are the token itself. The first and the third token are alike.

# %%
tokens = np.array([
    [2.0, 0.0, 0.0],
    [0.0, 2.0, 0.0],
    [2.0, 0.0, 0.5],
    [0.0, 0.0, 2.0],
    [1.0, 1.0, 1.0],
])
outputs, weights = map(np.asarray, attention(tokens, tokens, tokens))
print("weights", *np.round(weights, 2), sep="\n")
print("outputs", *np.round(outputs, 2), sep="\n")

# %% [markdown]
# Now exchange the first two of the five tokens, and call attention again. What happens
# to the five outputs: nothing ("same"), the first two are exchanged ("exchanged"), or do
# all change ("other")?

# %%
# "same", "exchanged" or "other": write it before you run the next cell.
order_guess = "exchanged"  # prediction

# %%
order = np.array([1, 0, 2, 3, 4])
moved = np.asarray(attention(*3 * [tokens[order]])[0])
happened = "other"
for name, right in (("same", outputs), ("exchanged", outputs[order])):
    if np.allclose(moved, right):
        happened = name
predicted(order_guess, happened, choices={
    "same": "the outputs stay as they are",
    "exchanged": "the first two outputs are exchanged, and no number changes",
    "other": "all outputs change"})

# %% [markdown]
# This is *permutation equivariance (순열 등변성)*: attention takes a set and knows no
# order. For a picture that is too little, since a stroke at the top is not the same as
# one at the bottom. So each token is told its place: a learned vector for each of the 49
# places is added to it. Ours begin as waves over rows and columns, so that neighbouring
# places have similar vectors.

# %%
places = layers.waves(49, 48)
row = np.arange(21, 26)  # five neighbours in the middle row of the grid
with_places = np.concatenate([tokens, 0.8 * places[row]], axis=1)
plots.show_heat_maps(
    {
        "what the tokens are": weights,
        "what they are, and where": np.asarray(attention(
            with_places, with_places, tokens)[1]),
    },
    x_label="key of token", row_label="query of token",
    row_names=[str(i) for i in range(5)], value_label="weight",
    alt="Two tables of five by five weights. Above, tokens look at those "
    "like them; below, at themselves and at their neighbours.",
)

# %% [markdown]
# **Figure 12.2.** Who looks at whom, five tokens in a row (dark: much). Above, the first
# and the third token look at each other, because nothing else but their numbers counts.
# Below, the waves of their places stand beside their numbers, and nearness counts as
# well. (How much of each is useful, a network learns.)
#
# `layers.attention_block` is what a transformer is made of: attention with several such
# *heads* side by side, and a dense layer for each token by itself. Each is added to what
# came in, and the tokens are standardised before.

# %% [markdown]
# ## The masked autoencoder
#
# - The **encoder** gets the seen patches and their places, and nothing of the others. At
#   a ratio of 75 % these are 12 of 49: a quarter of the work.
# - In the **decoder**, a *mask token (마스크 토큰)* stands at each hidden place. It is
#   one learned vector, the same for all, plus the vector of its place. It looks at the
#   tokens of the seen patches, and becomes 16 pixels. (In the original, mask tokens look
#   at each other, too. Ours do not, which is cheaper: Fu and others, 2024.)
# - The **loss** is the mean squared error over the hidden pixels. A seen patch is no
#   task.

# %%
plots.show_network(
    plots.Network(
        [("49 patches", 49), ("seen", 12), ("tokens", 12),
         ("masks", 37), ("filled in", 37)],
        code=2,
        steps={0: "hide 37"},
        compared=[(0, 4, "the loss compares the hidden patches")],
    ),
    alt="Columns: 49 patches, an arrow named hide to 12 seen ones, their "
    "tokens, 37 mask tokens, and 37 patches; a bracket joins the last with "
    "the first.",
)

# %% [markdown]
# **Figure 12.3.** The masked autoencoder at a ratio of 75 %. Each circle stands for a
# patch or its token.

# %% [markdown]
# ### Exercise 12.4 — The loss of what is hidden (2 points)
#
# *The idea itself, about 15 minutes.* Compute the loss, and its slope by each number of
# the reconstructions. What is the slope at a patch that was seen?

# %% nbgrader={"schema_version": 3, "grade_id": "ch12-hidden-loss", "grade": false, "locked": false, "solution": true, "task": false}
def hidden_loss(patches, reconstructions, hidden):
    """Return the loss of the hidden patches, and its gradient.

    patches, reconstructions: (n, t, p).
    hidden: (n, h), the places of the hidden patches of each image.
    Returns (loss, slopes): the mean squared error over all pixels of hidden
    patches, one number; and (n, t, p), its derivative by each number of the
    reconstructions.
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(patches))[:, None]
    gaps = reconstructions[rows, hidden] - patches[rows, hidden]
    slopes = np.zeros(patches.shape)
    slopes[rows, hidden] = 2 * gaps / gaps.size
    return np.mean(gaps**2), slopes
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch12-hidden-loss-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
hidden_loss = check("12.4", hidden_loss)

# %% [markdown]
# Two reconstructions of the same ten images, at 75 %: the mean image everywhere, and one
# that copies what was seen and puts the mean image into the holes. Over all pixels the
# copier looks better. Over the hidden ones they are equal: copying is no merit.

# %%
patches = np.asarray(cut_patches(shown, 4))
seen, hidden = map(np.asarray, random_places(10, 49, 12, seed=4))
means = np.array(np.broadcast_to(
    np.asarray(cut_patches(mean_image[None], 4)), patches.shape))
copied = means.copy()
copied[np.arange(10)[:, None], seen] = patches[np.arange(10)[:, None], seen]
for name, filled in (("mean image", means), ("copies the seen", copied)):
    loss, slopes = hidden_loss(patches, filled, hidden)
    print(f"{name:16} all pixels {np.mean((filled - patches)**2):.4f}, hidden "
          f"{float(loss):.4f}; patches with a slope: "
          f"{np.mean(np.any(np.asarray(slopes) != 0, axis=2)):.0%}")

# %% [markdown]
# ### Exercise 12.5 — Hide, encode, fill in, decode (3 points)
#
# *Built from end to end, about 25 minutes.* The whole way of a batch. The encoder and
# the decoder are Keras models; the decoder takes a list of four: the tokens of the seen
# patches, their places, the mask tokens, and their places. Keras refuses a list in which
# its own tensors stand beside arrays: make an array of what the encoder returns,
# `np.asarray(...)`.

# %% nbgrader={"schema_version": 3, "grade_id": "ch12-masked-forward", "grade": false, "locked": false, "solution": true, "task": false}
def masked_forward(encoder, decoder, mask_token, patches, seen, hidden):
    """Return patches whose hidden ones are filled in, and the errors there.

    encoder: Keras model of [patches (n, s, p), places (n, s)] -> (n, s, k).
    decoder: Keras model of [tokens (n, s, k), places (n, s), mask tokens
    (n, h, k), places (n, h)] -> the patches at those places, (n, h, p).
    mask_token: (k,).
    patches: (n, t, p).  Those that are hidden count for the errors only.
    seen, hidden: (n, s) and (n, h), whole numbers, s + h = t.
    Returns (filled, errors): (n, t, p), seen patches as they came, and (n,),
    the mean squared error over the hidden pixels of each image.
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(patches))[:, None]
    tokens = np.asarray(encoder([patches[rows, seen], seen]))
    masks = np.tile(mask_token, (*hidden.shape, 1))
    found = np.asarray(decoder([tokens, seen, masks, hidden]))
    filled = patches.copy()
    filled[rows, hidden] = found
    gaps = found - patches[rows, hidden]
    return filled, np.mean(gaps**2, axis=(1, 2))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch12-masked-forward-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
masked_forward = check("12.5", masked_forward)

# %% [markdown]
# `models.chain_masked` is this way as one Keras model, with places drawn anew in each
# step, so that `training.train` compiles it. Small, for two CPU cores: tokens of 48
# numbers, three heads, one block in the encoder and one in the decoder.

# %%
batch, epochs = 50, pick(full=3, fast=2)
steps = epochs * len(images) // batch


def train_masked(vectors, percent, seed=0, longer=1):
    keras.utils.set_random_seed(seed)
    encoder = models.build_patch_encoder(49, 16, 48, blocks=1, heads=3)
    decoder = models.build_patch_decoder(49, 16, 48, heads=3)
    num_seen = seen_of[percent]
    model = models.chain_masked(encoder, decoder, num_seen, seed=seed)
    rate = keras.optimizers.schedules.CosineDecay(4e-3, longer * steps)
    zeros = np.zeros((len(vectors), 16 * (49 - num_seen)), "float32")
    training.train(
        model, vectors, zeros, loss=losses.squared_error,
        optimizer=keras.optimizers.Adam(rate, beta_2=0.98),
        epochs=longer * epochs, batch_size=batch, seed=seed, progress=False)
    return model


def seconds_since(start):
    return f"{time.perf_counter() - start:.0f} s"

# %%
start = time.perf_counter()
longest = train_masked(prepare(images), 75, longer=pick(full=6, fast=2))
print(f"{longest.count_params():,} numbers trained", seconds_since(start))

# %% [markdown]
# What does it put into the holes, and what is that worth? Two baselines know the same
# training images. The **mean image** looks at nothing. **Linear regression** from the
# seen pixels to the hidden ones, another one for each mask: all of them follow from one
# covariance matrix of the pixels (`fill_in.fill_in`; a ridge penalty keeps it stable).
# (How long the network is trained for this was raised once, from 12 epochs to 18, after
# its error on these very test images had been seen to lie a little above the regression's.
# So who is ahead is no test: a choice was made by test images.)

# %%
covariance = np.cov(images, rowvar=False)
probed = test_images[: pick(full=200, fast=60)]


def fill_by_network(model, vectors, seen, hidden):
    parts = model.get_layer("encoder"), model.get_layer("decoder")
    token = np.asarray(model.get_layer("mask_tokens").token)
    patches = np.asarray(cut_patches(prepare(vectors), 4))
    filled = masked_forward(*parts, token, patches, seen, hidden)[0]
    filled = np.asarray(filled)
    return np.clip(layers.join_patches(filled) * width + mean_image, 0, 1)


def fill_by_regression(vectors, hidden):
    gone = blank(np.zeros(vectors.shape), hidden, grey=1) > 0
    filled = fill_in.fill_in(vectors, gone, mean_image, covariance)
    return np.clip(filled, 0, 1)


def hidden_error(vectors, filled, hidden):
    parts = (np.asarray(cut_patches(one, 4)) for one in (vectors, filled))
    return float(hidden_loss(*parts, hidden)[0])


# %%
seen, hidden = map(np.asarray, random_places(len(probed), 49, 12, seed=5))
filled = {
    "mean image": np.broadcast_to(mean_image, probed.shape),
    "regression": fill_by_regression(probed, hidden),
    "masked AE": fill_by_network(longest, probed, seen, hidden),
}
found = {name: hidden_error(probed, one, hidden)
         for name, one in filled.items()}
print("squared error of a hidden pixel:",
      ", ".join(f"{name} {error:.4f}" for name, error in found.items()))
ahead = found["masked AE"] < found["regression"]
print("The network is", "ahead of" if ahead else "behind", "the regression.")
plots.show_rows(
    {"image": probed[:10], "seen": blank(probed[:10], hidden[:10])}
    | {name: one[:10] for name, one in filled.items()
       if name != "mean image"},
    alt="Ten digits, the 12 patches of each that are seen, and two ways to "
    "fill in the rest: by linear regression, and by the network.",
)

# %% [markdown]
# **Figure 12.4.** Three quarters hidden. Regression answers with a weighted sum of what
# it sees, and is grey in many places. Compare the strokes, and see where either
# of them found a digit, and where another one. The line above the figure has the errors
# on more images.

# %%
percents = (10, 25, 50, 60, 75, 90)
order = np.concatenate(list(map(np.asarray, random_places(
    10, 49, 25, seed=6))), axis=1)
views = {"seen": [], "filled in": []}
for percent in percents:
    count = seen_of.get(percent, round(49 * (1 - percent / 100)))
    seen, hidden = order[:, :count], order[:, count:]
    views["seen"].append(blank(probed[:10], hidden))
    views["filled in"].append(
        fill_by_network(longest, probed[:10], seen, hidden))
widgets.explore_hidden(
    percents, {name: np.stack(some) for name, some in views.items()},
    probed[:10],
    alt="Ten digits, and below them what the network makes of them with 10 "
    "to 90 percent of their patches hidden: sharp at first, then vague.",
)

# %% [markdown]
# **Figure 12.5.** The same network, trained at 75 %, at other ratios: it takes any
# number of patches. With the slider, what is seen, what it makes of it, and the
# original; ever more patches go, in one order for each image.

# %% [markdown]
# ## What is it good for?
#
# Filling in holes is a means. What is wanted is the encoder: does its code say what the
# image shows? Take all 49 patches, and the *mean of their tokens*, 48 numbers. A **linear
# probe (선형 프로브)** is a linear classifier on them, with the encoder left as it is;
# it is fitted to a few labelled images and tested on others. Which few matters by luck,
# so draw them several times.

# %% [markdown]
# ### Exercise 12.6 — Few labels, several times (2 points)
#
# *The idea itself, about 20 minutes.* For each seed draw `count` images, equally many of
# each class, fit `measures.fit_probe(codes, labels)` to them, and take
# `measures.probe_error(probe, codes, labels)`, in percent, on the test codes. Return the
# errors, their mean, and half the width of its 95 % interval. For a handful of numbers
# that is Student's $t$ instead of 1.96 (`stats.t.ppf(0.975, n - 1)` for $n$ numbers).

# %% nbgrader={"schema_version": 3, "grade_id": "ch12-few-label-errors", "grade": false, "locked": false, "solution": true, "task": false}
def few_label_errors(codes, labels, test_codes, test_labels, count, seeds):
    """Return probe errors from a few labels: each, their mean, its interval.

    codes, labels: (n, k) and (n,), to draw from.
    test_codes, test_labels: (m, k) and (m,).
    count: labelled images of a draw, a multiple of the number of classes,
    equally many of each and none twice.
    seeds: (s,), s at least 2; draw i uses np.random.default_rng(seeds[i]).
    Returns (errors, mean, half_width): (s,) in percent, and two numbers.
    """
    ### BEGIN SOLUTION
    errors, kinds = [], np.unique(labels)
    for seed in seeds:
        rng = np.random.default_rng(seed)
        rows = np.concatenate([
            rng.choice(np.flatnonzero(labels == kind), count // len(kinds),
                       replace=False) for kind in kinds])
        probe = measures.fit_probe(codes[rows], labels[rows])
        errors.append(measures.probe_error(probe, test_codes, test_labels))
    spread = np.std(errors, ddof=1) / np.sqrt(len(errors))
    half_width = stats.t.ppf(0.975, len(errors) - 1) * spread
    return np.array(errors), np.mean(errors), half_width
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch12-few-label-errors-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
few_label_errors = check("12.6", few_label_errors)

# %% [markdown]
# Now the table: four ratios, three trainings each, all with the same images, batches and
# number of steps. (Less is hidden, more is seen: at 25 % a step costs more time.) The
# claim of He and others is that the best ratio is *high*: for photographs 75 %. Which of
# the four has the lowest mean error of the probe here?

# %%
# "25", "50", "75" or "90": write it before you run the cells below.
ratio_guess = "75"  # prediction

# %%
seeds = pick(full=[0, 1, 2], fast=[0])
trained = {}
for percent in seen_of:
    start = time.perf_counter()
    trained[percent] = [
        train_masked(prepare(images), percent, seed) for seed in seeds]
    print(f"{percent} % hidden, {len(seeds)} trained:", seconds_since(start))

# %% [markdown]
# Beside them, all with codes of 48 numbers unless said:
#
# - a **denoising autoencoder** of lesson 05's kind: dense layers 784-256-48-256-784, in
#   each image three quarters of the *pixels* erased; the same images, batches and steps;
# - the masked autoencoder's encoder **not trained**: what the architecture gives away;
# - **PCA**, 48 components; and the **raw pixels**, all 784.

# %%
def train_denoiser(seed):
    keras.utils.set_random_seed(seed)
    encoder, decoder = models.build_dense((784, 256, 48), activation="gelu")
    rate = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    training.train(
        models.chain(encoder, decoder), images, seed=seed,
        loss=losses.binary_cross_entropy, corrupt=layers.masking(0.75),
        optimizer=keras.optimizers.Adam(rate), epochs=epochs,
        batch_size=batch, progress=False)
    return encoder


def tokens_of(model, vectors):
    return models.mean_token(model.get_layer("encoder"), prepare(vectors))


denoisers = [train_denoiser(seed) for seed in seeds]
keras.utils.set_random_seed(0)
fresh = models.chain_masked(
    models.build_patch_encoder(49, 16, 48, blocks=1, heads=3),
    models.build_patch_decoder(49, 16, 48, heads=3), 12)
axes = np.linalg.eigh(covariance)[1][:, -48:]

# %%
makers = {
    f"masked AE, {percent} %": [
        lambda x, m=model: tokens_of(m, x) for model in group]
    for percent, group in trained.items()
} | {
    "masked AE, 75 %, longer": [lambda x: tokens_of(longest, x)],
    "not trained": [lambda x: tokens_of(fresh, x)],
    "DAE": [lambda x, m=m: np.asarray(m(x)) for m in denoisers],
    "PCA": [lambda x: (x - mean_image) @ axes],
    "raw pixels": [lambda x: x],
}
counts = pick(full=(100, 300, 1_000), fast=(100, 300))
draws = range(5)


pool = slice(0, 4_000)  # the few are drawn from these


def probe(make):
    codes, test_codes = make(images[pool]), make(test_images)
    return [few_label_errors(codes, labels[pool], test_codes, test_labels, n,
                             draws) for n in counts]


# %%
print("labels                  ", *(f"{count:>18,}" for count in counts))
curves = {}
for name, group in makers.items():
    found = [probe(make) for make in group]
    curves[name] = np.array([[one[1] for one in row] for row in found])
    cells = []
    for column in range(len(counts)):
        low, high = (f(curves[name][:, column]) for f in (np.min, np.max))
        half = found[0][column][2]
        cells.append(f"{low:5.1f} to {high:4.1f} ±{half:3.1f}")
    print(f"{name:24}", *cells, sep=" ")

# %% [markdown]
# A line gives the error in percent, mean over five draws of the labels, for the best and
# the worst of the trainings, and the half-width of the first one's interval over the
# draws. (With 1,000 labels of 4,000 images the draws share some of them, so that the
# interval is too narrow there.)

# %%
most = counts[-1]
by_ratio = {percent: curves[f"masked AE, {percent} %"][:, -1]
            for percent in trained}
best = min(by_ratio, key=lambda percent: by_ratio[percent].mean())
predicted(ratio_guess, str(best), choices={
    str(percent): f"{percent} % hidden" for percent in by_ratio})
rivals = [errors for percent, errors in by_ratio.items() if percent != best]
apart = all(by_ratio[best].max() < errors.min() for errors in rivals)
print(f"Every training at {best} % is ahead of every other: {apart}"
      f"{'' if len(seeds) > 1 else ', of one each: no spread to judge by'}.")

# %%
plots.show_bands(
    {f"masked AE, {most:,} labels": (list(by_ratio), np.array(
        list(by_ratio.values())))},
    x_label="patches hidden, %", y_label="error of the probe, %",
    levels={name: curves[name][:, -1].mean()
            for name in ("DAE", "raw pixels", "not trained")},
    legend="center right",
    alt="Error of the probe against the share hidden, a band for the "
    "trainings, with levels for the denoising autoencoder, raw pixels and "
    "an encoder that was not trained.",
)

# %% [markdown]
# **Figure 12.6.** The probe's error against the mask ratio: the mean of the trainings,
# and their band. Is it lowest where much is hidden?

# %%
reference = [name for name in curves if name not in ("masked AE, 25 %",
                                                     "masked AE, 50 %")]
plots.show_curves(
    {name: (counts, curves[name].mean(axis=0)) for name in reference},
    x_label="labels", y_label="error of the probe, %", log_x=True,
    dashed=["raw pixels", "PCA", "not trained"],
    alt="Error of the probe against the number of labels, a curve for each "
    "code: all fall with more labels.",
)

# %% [markdown]
# **Figure 12.7.** The few-label curve: the mean error of the trainings against the
# number of labels. Dashed, what takes no training of a network.

# %% [markdown]
# ## A supervised control
#
# A probe uses labels only at the end. What if the same encoder, from its initial
# weights, is trained on the few labelled images alone, for the same number of steps and
# batches of the same size? Its mean token goes into a softmax.

# %%
def train_supervised(count, seed):
    keras.utils.set_random_seed(seed)
    pooled = models.pool_tokens(
        models.build_patch_encoder(49, 16, 48, blocks=1, heads=3))
    answers = keras.layers.Dense(10, "softmax")(pooled.output)
    model = keras.Model(pooled.input, answers)
    rng = np.random.default_rng(seed)
    rows = np.concatenate([rng.choice(
        np.flatnonzero(labels == digit), count // 10, replace=False)
        for digit in range(10)])
    rate = keras.optimizers.schedules.CosineDecay(4e-3, steps)
    training.train(
        model, prepare(images[rows]), np.eye(10, dtype="float32")[
            labels[rows]], loss=keras.losses.categorical_crossentropy,
        optimizer=keras.optimizers.Adam(rate, beta_2=0.98),
        epochs=steps * batch // count, batch_size=batch, seed=seed,
        progress=False)
    found = np.concatenate([
        np.asarray(model(part)).argmax(axis=1)
        for part in np.array_split(prepare(test_images), 10)])
    return measures.error_percent(found, test_labels)


supervised = {count: [train_supervised(count, seed) for seed in seeds]
              for count in (counts[0], counts[-1])}
for count, errors in supervised.items():
    print(f"supervised, {count:5,} labels: "
          f"{min(errors):.1f} to {max(errors):.1f} % wrong")

# %% [markdown]
# ## The control: permuted pixels
#
# Is it the *patches*? Permute the pixels, with one fixed permutation for all images, and
# cut then. Nothing is lost: every image can be put back, and a dense layer would not
# notice. But a patch now holds 16 pixels from all over the picture, and each hidden
# pixel probably has a seen neighbour. The regression does not care where a pixel is
# written down. At 75 % hidden, what happens to *its* error: does it go "up", go "down",
# or stay the "same" (within a tenth)?

# %%
# "up", "down" or "same": write it before you run the next cell.
permuted_guess = "down"  # prediction

# %%
permutation = np.random.default_rng(12).permutation(784)
back = np.argsort(permutation)
seen, hidden = map(np.asarray, random_places(len(probed), 49, 12, seed=5))
gone = blank(np.zeros(probed.shape), hidden, grey=1) > 0
by_patches = fill_in.fill_in(probed, gone, mean_image, covariance)
by_pixels = fill_in.fill_in(probed, gone[:, back], mean_image, covariance)
errors = [np.square(np.clip(filled, 0, 1) - probed)[where].mean() for
          filled, where in ((by_patches, gone), (by_pixels, gone[:, back]))]
change = errors[1] / errors[0]
print(f"regression, hidden patches {errors[0]:.4f}, permuted {errors[1]:.4f}")
word = "up" if change > 1.1 else "down" if change < 0.9 else "same"
predicted(permuted_guess, word, choices={
    "up": "the error goes up", "down": "the error goes down",
    "same": "the error stays the same, within a tenth"})

# %% [markdown]
# The same network, trained three times on permuted pixels, at the same ratio. It has to
# fill in the same number of pixels from the same number. The linear task has changed as
# the line above says. What does its code say of the digits?

# %%
permuted = [train_masked(prepare(images)[:, permutation], 75, seed)
            for seed in seeds]


def permuted_tokens(model, vectors):
    encoder = model.get_layer("encoder")
    return models.mean_token(encoder, prepare(vectors)[:, permutation])


controls = np.array([
    [one[1] for one in probe(lambda x, m=model: permuted_tokens(m, x))]
    for model in permuted])
print("labels            ", *(f"{count:>14,}" for count in counts))
for name, rows in (("75 %", curves["masked AE, 75 %"]),
                   ("75 %, permuted", controls)):
    print(f"{name:18}", *(f"{row.min():7.1f} to {row.max():4.1f}"
                          for row in rows.T))

# %% [markdown]
# ## What holds
#
# Each line is one of the sentences that one would like to write, with what this run says
# of it (errors of the probe with the most labels; "every" means every training).

# %%
last = {name: rows[:, -1] for name, rows in curves.items()}
high = np.concatenate([by_ratio[75], by_ratio[90]])
low = np.concatenate([by_ratio[25], by_ratio[50]])
claims = {
    "the best ratio is 75 % or more": best >= 75,
    "... every training at 75 or 90 % is ahead of all at 25 and 50 %": (
        high.max() < low.min()),
    "every masked AE at 75 % is ahead of the encoder not trained": (
        by_ratio[75].max() < last["not trained"].min()),
    "... of every DAE": by_ratio[75].max() < last["DAE"].min(),
    "... of PCA": by_ratio[75].max() < last["PCA"].min(),
    "... of the raw pixels": by_ratio[75].max() < last["raw pixels"].min(),
    "a longer training at 75 % is ahead of all shorter ones": (
        last["masked AE, 75 %, longer"].max() < by_ratio[75].min()),
    f"supervised with {counts[0]} labels, every one is behind every probe "
    "at 75 %": min(supervised[counts[0]]) > (
        curves["masked AE, 75 %"][:, 0].max()),
    f"supervised with {most:,} labels, every one is ahead": (
        max(supervised[most]) < by_ratio[75].min()),
    "with permuted pixels every code is worse": (
        controls[:, -1].min() > by_ratio[75].max()),
}
for claim, holds in claims.items():
    print("yes" if holds else "NO ", claim)

# %% [markdown]
# How to read it:
#
# - The first two lines are the claim of He and others, at a size at which it was not
#   made: theirs are large networks, photographs, and hundreds of epochs. A "NO" here
#   says that it does not hold for our tiny network after a few epochs, and nothing about
#   theirs. The line about the longer training tells whether budget is part of it.
# - Raw pixels and PCA are strong for digits, which are centred and of one size. A mean
#   of tokens has 48 numbers, and nothing in the training asked it to tell digits apart.
# - The supervised control has the same encoder and as many steps. It is the answer to
#   "why not simply train on the labels?", for each number of them.
# - The permuted control has the same pixels, the same counts and the same network. What
#   it lacks is that a patch is a piece of the picture. The regression says that its task
#   is another one, for a linear method; so a difference between the codes may be due to
#   the task or to what a patch holds, and we did not tell these apart. In full on MNIST
#   the control did not fail: the code of permuted patches is read *better*, in every
#   training. So at this size nothing here speaks for patches as pieces of a picture.
# - In full on MNIST the masked code is ahead of the encoder that was not trained, far
#   behind codes that cost nothing, and still gaining with more steps. A lesson of five
#   minutes does not reach the sizes at which the method is good. What it does show is how
#   such a claim is tried.

# %% [markdown]
# ## What to take with you
#
# - Self-supervised learning takes its targets from the data: hide something, ask for it.
# - Attention is a mean of values, weighted by how well keys match a query. It takes sets
#   of any size, and knows of order only what the tokens themselves say.
# - The encoder of a masked autoencoder sees only what is left, the loss only what is
#   hidden. Copying earns nothing.
# - What fills the holes is to be compared with a regression, which needs no training.
# - A code is judged by a probe, with few labels drawn several times, beside codes that
#   cost nothing. And a claim made for large networks has to be tested anew for small
#   ones.

# %% [markdown]
# ## Where to read on
#
# - K. He, X. Chen, S. Xie, Y. Li, P. Dollár and R. Girshick, *Masked autoencoders are
#   scalable vision learners*, CVPR 2022: the method, and the curve over the mask ratio.
# - A. Vaswani and others, *Attention is all you need*, NeurIPS 2017; and for pictures
#   A. Dosovitskiy and others, *An image is worth 16x16 words*, ICLR 2021.
# - L. Fu and others, *Rethinking patch dependence for masked autoencoders*, 2024: mask
#   tokens that look at the seen patches alone.

# %% [markdown]
# ## Questions to think about
#
# **1.** The encoder is trained on 12 tokens and used on 49. What could go wrong, and how
# would you find out?
#
# <details><summary>One answer</summary>
#
# Its attention has never spread over so many keys, and its means may come out smoother
# than in training. Probe the mean token of 12 random patches, or of several such dozens
# averaged, beside that of all 49.
#
# </details>
#
# **2.** Why is the loss not taken over all patches, with the seen ones as an easy extra?
#
# <details><summary>One answer</summary>
#
# The decoder would have to carry what the encoder saw through to the output, and a part
# of the loss and of the network would go into copying. Whether that harms the code is a
# question for an experiment. He and others found a small loss of accuracy.
#
# </details>
#
# **3.** In lesson 05 single pixels were erased, here patches. Which of the two is closer
# to the permuted control?
#
# <details><summary>One answer</summary>
#
# Erased pixels: each has seen neighbours, from which it can be guessed, as the permuted
# patches' pixels have. Only that there the erased pixels come in 37 fixed groups.
#
# </details>

# %%
score()

# %%
about.versions()
