# %% [markdown]
# # 09 Pretraining: what images without labels are worth
#
# Somebody has to look at an image and write down what it shows. That is why
# labels are few, and images are not. *Unsupervised pretraining (비지도 사전 학습)*
# lets a network learn from all the images first, without labels, and from the
# few labels afterwards. From 2006 on this made deep classifiers possible. This
# lesson does it again, and measures what of it is still worth doing.
#
# After this lesson you can
#
# 1. put a *softmax* layer on top of an encoder, derive its gradient and train
#    the whole, from a stack of denoising autoencoders on;
# 2. say how many points of error pretraining is worth at 100 and at 10,000
#    labels, beside a random initialisation that gets the same compute, and how much of
#    that comes even from images and weights that have nothing to teach;
# 3. read a published table of errors with its intervals, and tell which of its
#    differences are differences.
#
# **12 points**, 45 to 75 minutes of thinking; all cells together compute for
# at most 5 minutes on two CPU cores, in at most 3 GB of memory. You need lesson 05,
# and the stages of lesson 04.
#
# Sentences that begin with "In full on MNIST" are about the full run on those images,
# 10,000 for training. In the fast profile, and on the embedded digits, yours may come out
# otherwise.

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, measures, models, plots, pretraining
from helpers.checks import check, hint, predicted, score
from helpers.results import compare, published
from helpers.studies import vincent
import keras, numpy as np

digits = data.load("auto")

# %%
images = digits.train_vectors[: pick(full=10_000, fast=500)]
labels = digits.train_labels[: len(images)]
test_images = digits.test_vectors
test_labels = digits.test_labels
print("training", images.shape, " test", test_images.shape)

# %%
plots.show_images(
    images[:30],
    titles=[str(label) for label in labels[:5]] + ["?"] * 25,
    alt="Thirty handwritten digits. Above the first five stands which digit "
    "it is, above the others a question mark.",
)

# %% [markdown]
# **Figure 9.1.** The situation. You have many images and know of a few what
# they show. Here it is five of thirty; below it will be 100 of 10,000. (In the
# whole data set every image has a label. You take most of them away, and keep
# them for the test of the idea.)

# %% [markdown]
# ## Why it could help
#
# A label names a digit. What a digit looks like, which strokes there are and
# how they go together, is in the images alone. The first source puts it as a
# hope: an encoder that loses little, and is not misled by small changes of its
# input, is a good beginning for recognition. The hope is not always fulfilled. It
# needs classes that are *clumps* of the data, so that features which describe
# the images also tell the classes apart.
#
# The recipe has two steps. First, with **all** $N$ images and no label, train
# an encoder $f_\theta$ as a denoising autoencoder (lesson 05):
#
# $$\theta_0 = \arg\min_\theta \min_{\theta'} \sum_{i=1}^{N}
# L_\mathrm{CE}\big(x_i,\; g_{\theta'}(f_\theta(\tilde{x}_i))\big).$$
#
# That is for one layer. A stack repeats it layer by layer, with the codes of the
# layers below in the place of $x_i$ (Exercise 9.3).
#
# Then, with the $n$ images that have a label, put a layer on top that answers
# with probabilities $p$, and train *all* weights, from $\theta_0$ on:
#
# $$\min_{\theta, V, b}\; \frac{1}{n}\sum_{i=1}^{n} -\log p_{t_i}(x_i),
# \qquad p(x) = \mathrm{softmax}\big(V^\top f_\theta(x) + b\big).$$
#
# The second step is *fine-tuning (미세 조정)*. The labels enter only there.
#
# | symbol | in words | in the code |
# |---|---|---|
# | $x_i$, $\tilde{x}_i$ | image $i$, and the same one with numbers erased | `images[i]` |
# | $t_i$ | its label, 0 to 9 | `labels[i]` |
# | $N$, $n$ | images in all, and those with a label | `len(images)`, `count` |
# | $f_\theta$, $g_{\theta'}$ | encoder and decoder with their weights | `encoders` |
# | $\theta_0$ | the weights that pretraining leaves | `stages` |
# | $V$, $b$ | kernel and bias of the top layer | `kernel`, `bias` |
# | $p$ | probabilities of the ten classes, sum 1 | `probabilities` |

# %% [markdown]
# ## A softmax on top
#
# The top layer computes one pre-activation $a_c$ for each class (a *logit*), and the
# **softmax** turns them into probabilities:
#
# $$p_c = \frac{e^{a_c}}{\sum_{j} e^{a_j}}.$$
#
# The exponential makes them positive, the division makes their sum 1. Adding
# the same number to all pre-activations changes nothing.

# %% [markdown]
# ### Exercise 9.1 — Softmax (1 point)
#
# *Warm-up, about 5 minutes.* An exponential of 1,000 is infinity. Use the last
# sentence above: take each row's largest number away first.

# %% nbgrader={"schema_version": 3, "grade_id": "ch09-softmax", "grade": false, "locked": false, "solution": true, "task": false}
def softmax(activations):
    """Return the probability of each class.

    activations: float (n, c), one row per image, numbers of any size.
    Returns (n, c); the sum of each row is 1.
    """
    ### BEGIN SOLUTION
    largest = activations.max(axis=1, keepdims=True)
    powers = np.exp(activations - largest)
    return powers / powers.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch09-softmax-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
softmax = check("9.1", softmax)

# %% [markdown]
# By hand, for one image and five classes, of which class 1 is right. The loss
# is $-\log p_1$. How does it move when one pre-activation goes up a little?

# %%
activations = np.array([[2.0, 1.0, 0.0, -1.0, -2.0]])
right = 1
probabilities = softmax(activations)
print("activation ", activations[0])
print("probability", probabilities[0].round(3))
slopes = []
for place in range(5):
    moved = activations.copy()
    moved[0, place] += 1e-6
    change = np.log(probabilities[0, right]) - np.log(softmax(moved)[0, right])
    slopes.append(change / 1e-6)
print("slope      ", np.round(slopes, 3))

# %% [markdown]
# Compare the last two lines. The slope is the probability itself, except for
# the right class, where it is the probability minus 1. That is no accident:
#
# $$-\log p_t = \log \sum_j e^{a_j} - a_t
# \quad\Rightarrow\quad
# \frac{\partial(-\log p_t)}{\partial a_c} = p_c - [c = t],$$
#
# with $[c = t]$ for 1 when $c$ is the right class $t$ and 0 otherwise. This row
# of numbers is $p$ minus the *one-hot* label: a step against it pushes the right
# class up by what it lacks, and each wrong one down by what it has.

# %% [markdown]
# ### Exercise 9.2 — Gradient of a softmax layer (3 points)
#
# *The idea itself, about 15 minutes.* The pre-activations come from a dense layer,
# $a = V^\top z + b$ with the code $z$, a column here; in the code it is a row, and the product
# `codes @ kernel`. Go on through it with the chain rule, as
# in Exercise 2.6: the loss is the mean over $n$ images; the gradient of $b$ is
# the sum of the rows $(p - \text{one-hot})/n$; that of $V$ has the code as a
# factor. Return the loss and both gradients.

# %% nbgrader={"schema_version": 3, "grade_id": "ch09-softmax-gradient", "grade": false, "locked": false, "solution": true, "task": false}
def softmax_gradient(codes, probabilities, labels):
    """Return the loss of a softmax layer and its two gradients.

    codes: (n, k), what the layer sees.
    probabilities: (n, c), what it answers, from 0 to 1; that of the right
    class is never 0. Leave this array as it is.
    labels: (n,), the right class of each image, 0 to c - 1.
    Returns (loss, kernel_gradient, bias_gradient): the mean of -log p of
    the right class, a number; (k, c); and (c,).
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(labels))
    loss = -np.log(probabilities[rows, labels]).mean()
    errors = probabilities.copy()
    errors[rows, labels] -= 1
    errors = errors / len(labels)
    return loss, codes.T @ errors, errors.sum(axis=0)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch09-softmax-gradient-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
softmax_gradient = check("9.2", softmax_gradient)

# %% [markdown]
# With these two functions you can train a classifier without any library. Raw
# pixels as codes, 100 labels, 300 steps downhill:

# %%
kernel, bias = np.zeros((784, 10)), np.zeros(10)
few, few_of = images[:100], labels[:100]
for step in range(301):
    probabilities = softmax(few @ kernel + bias)
    loss, *gradients = softmax_gradient(few, probabilities, few_of)
    if step % 100 == 0:
        answers = np.argmax(test_images @ kernel + bias, axis=1)
        error = 100 * np.mean(answers != test_labels)
        print(f"step {step:3d}  loss {loss:.3f}  test error {error:.1f} %")
    kernel -= 0.1 * gradients[0]
    bias -= 0.1 * gradients[1]

# %% [markdown]
# This is logistic regression. (The row *regression on pixels* further below is the same with
# standardised pixels and a price on large weights: the probe of lesson 05.) The loss on its 100
# images goes on falling towards 0. The test error does not follow: from 100
# images one cannot learn what digits look like, and that is what is missing.

# %% [markdown]
# ## A stack, one denoising stage at a time
#
# Lesson 04 trained a deep net one layer at a time: each stage reconstructs the
# codes of the stage below. In the *stacked denoising autoencoder* of Vincent
# and others (2008) every stage is a denoising one, and there are two ways to
# get that wrong. The noise of a stage falls on **its own input**, the codes, and
# is gone afterwards: the stages above learn from the codes of *clean* images.
# And what a stage has to give back is the clean code.

# %% [markdown]
# ### Exercise 9.3 — One denoising stage (2 points)
#
# *Warm-up, about 10 minutes.* Your Exercises 4.7 and 5.1 in one. Some encoders
# are trained. What does the next stage see, and what does it have to give back?
# Masking sets exactly `round(fraction * k)` of the $k$ numbers of each row to
# 0, chosen anew for each row among all $k$, those that are 0 already, too; all
# from one `np.random.default_rng(seed)`.

# %% nbgrader={"schema_version": 3, "grade_id": "ch09-denoising-stage", "grade": false, "locked": false, "solution": true, "task": false}
def denoising_stage(encoders, images, fraction, seed):
    """Return the input and the target of the next stage.

    encoders: list of the trained stages' encoders, Keras models, the first
    one first; may be empty.  images: (n, d), clean.
    fraction: share of each row that is erased.  seed: of the choice.
    Returns (noisy_codes, codes), two arrays (n, k).
    """
    ### BEGIN SOLUTION
    codes = images
    for encoder in encoders:
        codes = encoder(codes)
    codes = np.array(codes)
    rng = np.random.default_rng(seed)
    order = np.argsort(rng.random(codes.shape), axis=1)
    count = round(fraction * codes.shape[1])
    return np.where(order < count, 0, codes), codes
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch09-denoising-stage-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
denoising_stage = check("9.3", denoising_stage)

# %% [markdown]
# `pretraining.pretrain_stack` trains such stages, each like the denoising step
# of lesson 05, with fresh noise in every step. The net is 784-300-300-300,
# sigmoids throughout, half of each stage's input erased.
#
# Beside it the negative control: the same stack, trained on images whose pixels
# are *shuffled, in each image differently*. There is as much ink and as many
# steps, and nothing to learn but how much ink there is. And a second control
# without any images: the pretrained weights, *each kernel's numbers shuffled*. They
# are as large as before, and what they looked for is gone.

# %%
layer_sizes = pick(full=(300, 300, 300), fast=(60, 60))
pretraining_epochs = pick(full=8, fast=10)


def pretrain(vectors, seed):
    return pretraining.pretrain_stack(
        vectors,
        layer_sizes,
        noise=0.5,
        epochs=pretraining_epochs,
        learning_rate=4e-3,
        seed=seed,
    )


def initialise(seed):
    keras.utils.set_random_seed(seed)
    pairs = zip((784, *layer_sizes), layer_sizes)
    return [models.build_basic(*pair)[0] for pair in pairs]

# %%
# In full this takes about 50 seconds on two cores.
seeds = pick(full=[0, 1, 2], fast=[0])
shuffled = np.random.default_rng(9).permuted(images, axis=1)
initial = {
    "pretrained": [pretrain(images, seed) for seed in seeds],
    "random initialisation": [initialise(seed) for seed in seeds],
    "shuffled pixels": [pretrain(shuffled, seed) for seed in seeds],
}


def shuffle_weights(stack, seed):
    rng = np.random.default_rng(seed)
    stages = initialise(seed)
    for stage, trained in zip(stages, stack):
        kernel, bias = trained.get_weights()
        kernel = rng.permutation(kernel.ravel()).reshape(kernel.shape)
        stage.set_weights([kernel, bias])
    return stages


initial["shuffled weights"] = [
    shuffle_weights(stack, seed)
    for stack, seed in zip(initial["pretrained"], seeds)
]

# %%
for number in range(len(layer_sizes)):
    trained = initial["pretrained"][0][:number]
    noisy_codes, codes = denoising_stage(trained, images[:500], 0.5, seed=9)
    rebuilt = initial["pretrained"][0][number](noisy_codes)
    print(
        f"stage {number + 1}: sees {codes.shape[1]} numbers, "
        f"{(noisy_codes == 0).sum(axis=1).min()} or more of them 0 "
        f"({(codes == 0).sum(axis=1).min()} before), "
        f"answers with {rebuilt.shape[1]}"
    )

# %%
plots.show_rows(
    {
        name: stacks[0][0].get_weights()[0][:, :12].T
        for name, stacks in initial.items()
    },
    signed=True,
    alt="Four rows of twelve filters: strokes and blobs after pretraining, "
    "even grain from random initialisation, and grain in both controls.",
)

# %% [markdown]
# **Figure 9.2.** What twelve units of the first layer look for, before any
# label was seen. Pretrained on digits, the weights have gathered where ink is, in
# patches and pieces of strokes. Below it, the random initialisation that a classifier
# would have otherwise, and the two controls: as many steps on shuffled pixels, or
# weights just as large, and no shape in them. (Each filter has a scale of its own:
# shades of different filters cannot be compared.)

# %% [markdown]
# ### Exercise 9.4 — Classifier from a stack (3 points)
#
# *The idea itself, about 15 minutes.* Take the kernels and biases that a stack
# of sigmoid encoders has learned, build the same layers, put the weights in,
# and a fresh softmax layer with `num_classes` outputs on top. Everything is to
# be trained afterwards. (`layer.set_weights` takes the two as a list, once the
# layer has been called on its input.)

# %% nbgrader={"schema_version": 3, "grade_id": "ch09-stack-classifier", "grade": false, "locked": false, "solution": true, "task": false}
def stack_classifier(stages, num_classes):
    """Build a classifier that starts from the weights of a stack.

    stages: list of (kernel, bias) pairs, arrays (units below, units) and
    (units,), the stage that sees the image first.
    Returns a model (n, d) -> (n, num_classes): one sigmoid layer per stage,
    which starts from its weights, and a softmax layer with kernel and bias.
    Any Keras model will do: Functional, Sequential or a class of your own.
    """
    ### BEGIN SOLUTION
    first_kernel, _ = stages[0]
    images = units = keras.Input((len(first_kernel),))
    for kernel, bias in stages:
        layer = keras.layers.Dense(len(bias), "sigmoid")
        units = layer(units)
        layer.set_weights([kernel, bias])
    outputs = keras.layers.Dense(num_classes, "softmax")(units)
    return keras.Model(images, outputs)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch09-stack-classifier-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
stack_classifier = check("9.4", stack_classifier)

# %% [markdown]
# `pretraining.fine_tune` trains it: Adam with a rate that falls from 0.003 to 0
# along a cosine. Every training takes the **same number of steps** however many
# labels there are: the labelled images are repeated until there are as many as
# images in all. (The rates were chosen on training images that this lesson does
# not use, never on the test images.)

# %%
tuning_epochs = pick(full=5, fast=20)


def fine_tune(classifier, chosen, seed, epochs=tuning_epochs):
    repeated = np.resize(chosen, len(images))
    pretraining.fine_tune(
        classifier,
        images[repeated],
        labels[repeated],
        epochs=epochs,
        learning_rate=3e-3,
        seed=seed,
    )
    return pretraining.classification_error(
        classifier, test_images, test_labels
    )


def classifier_from(encoders, seed):
    keras.utils.set_random_seed(seed)
    weights = [tuple(encoder.get_weights()) for encoder in encoders]
    return stack_classifier(weights, 10)

# %%
for name in ("random initialisation", "pretrained"):
    classifier = classifier_from(initial[name][0], seed=0)
    before = [w.copy() for w in classifier.get_weights()]
    error = fine_tune(classifier, np.arange(100), seed=0)
    print(f"{name}, fine-tuned on the first 100 labels: {error:.1f} % wrong")
    moved = zip(before[::2], classifier.get_weights()[::2])
    for number, (old, new) in enumerate(moved, start=1):
        share = np.linalg.norm(new - old) / np.linalg.norm(old)
        print(f"    kernel {number} moved by {share:.0%} of its length")

# %% [markdown]
# In full on MNIST the three pretrained kernels move by a quarter of their length at most,
# and the new top layer by three quarters; from the random initialisation it is the other
# way round: there the first kernel ends farther from its initial values than it was long.
# (The regression on pixels, with the same 100 labels, ended at 32.0 % there. These are
# the *first* 100 images. The table below takes others, at random, which teach more: with
# so few labels, which ones they are matters as much as the method. That is why all rows
# of the table get the same ones.)

# %% [markdown]
# ## How sure is an error?
#
# A test is a sample. If a classifier is wrong on a share $p$ of all images that
# there could be, then on $n$ test images the share has a standard deviation of
# $\sqrt{p(1-p)/n}$, and in 95 of 100 such tests it comes out within 1.96 of
# those. That is what the ± of a published table means.

# %% [markdown]
# ### Exercise 9.5 — Error and its interval (1 point)
#
# *Warm-up, about 5 minutes.* A classifier's answer is its most probable class.
# Return how many percent of the answers are wrong, and 1.96 standard deviations
# of that, in the same unit. (Nobody knows $p$: put the measured share in its
# place.)

# %% nbgrader={"schema_version": 3, "grade_id": "ch09-error-interval", "grade": false, "locked": false, "solution": true, "task": false}
def error_interval(probabilities, labels):
    """Return the error in percent, and half the width of its interval.

    probabilities: (n, c), one row per image.  labels: (n,).
    Returns (percent, half_width), both in percent.
    """
    ### BEGIN SOLUTION
    share = np.mean(np.argmax(probabilities, axis=1) != labels)
    deviation = np.sqrt(share * (1 - share) / len(labels))
    return 100 * share, 1.96 * 100 * deviation
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch09-error-interval-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
error_interval = check("9.5", error_interval)

# %%
probabilities = classifier(test_images).numpy()
for count in (100, 1_000, len(test_images)):
    shown = probabilities[:count], test_labels[:count]
    percent, half_width = error_interval(*shown)
    print(f"{count:6,} test images: {percent:5.2f} ± {half_width:.2f} %")

# %% [markdown]
# (Where no answer was wrong, this recipe says 0 ± 0, and is not to be believed: a
# share of up to about $3/n$ may well show no error on $n$ images.)
#
# The interval says how much luck is in *which images were tested*. It says
# nothing about another kind of luck, *which 100 images got a label* and where
# the initial weights were. For that there are three seeds.

# %% [markdown]
# ## The claim, and what it has to beat
#
# **Pretraining lowers the error when labels are few.** To be worth something,
# that sentence needs company. For each number of labels, with the same images
# labelled in all rows:
#
# - **pretrained**: the stack, then fine-tuning;
# - **random initialisation**: the same net and the same fine-tuning, from the random
#   weights of Figure 9.2 (Glorot's, of 2010, and trained with Adam: kinder than what
#   2008 had);
# - **random, equal budget**: the same, and after that it goes on with labels
#   alone for as much compute as pretraining had;
# - **shuffled pixels** and **shuffled weights**: the two negative controls;
# - **logistic regression** on pixels, and on the codes of the pretrained stack
#   as they are, without fine-tuning.
#
# What is an equal budget? A stage trains an encoder kernel *and* a decoder
# kernel of the same size, so that an image costs it twice the products that it
# costs the classifier, as near as makes no difference.

# %%
kernels = sum(a * b for a, b in zip((784, *layer_sizes), layer_sizes))
spent = 2 * kernels * pretraining_epochs
extra_epochs = round(spent / (kernels + layer_sizes[-1] * 10))
print(f"kernels of the stack: {kernels:,} weights, and as many to decode")
print(f"{pretraining_epochs} epochs of pretraining cost as much as", end=" ")
print(f"{extra_epochs} epochs of fine-tuning; fine-tuning has {tuning_epochs}")

# %%
# In full this takes about 100 seconds on two cores.
label_counts = pick(full=[100, 300, 1_000, 10_000], fast=[50, 500])
label_counts = [count for count in label_counts if count <= len(images)]


def one_row(count, position):
    seed = seeds[position]
    chosen = np.random.default_rng(seed).permutation(len(images))[:count]
    errors = {}
    for name, stacks in initial.items():
        classifier = classifier_from(stacks[position], seed)
        errors[name] = fine_tune(classifier, chosen, seed)
        if name == "random initialisation":
            errors["random, equal budget"] = fine_tune(
                classifier, chosen, seed + 100, extra_epochs
            )
    return errors


rows = {
    count: [one_row(count, position) for position in range(len(seeds))]
    for count in label_counts
}

# %%
def regression_row(count, position, encoders=()):
    chosen = np.random.default_rng(seeds[position]).permutation(len(images))
    inputs = images[chosen[:count]], test_images
    for encoder in encoders:
        inputs = [np.asarray(encoder(vectors)) for vectors in inputs]
    fitted = measures.fit_probe(inputs[0], labels[chosen[:count]])
    return measures.probe_error(fitted, inputs[1], test_labels)


for count in label_counts:
    for position, errors in enumerate(rows[count]):
        stack = initial["pretrained"][position]
        errors["regression on pixels"] = regression_row(count, position)
        errors["regression on codes"] = regression_row(count, position, stack)

# %%
def table_of(rows):
    names = list(rows[label_counts[0]][0])
    return {
        name: np.array([[e[name] for e in rows[c]] for c in label_counts])
        for name in names
    }  # name -> (counts, seeds)


table = table_of(rows)
several = len(seeds) > 1
print("error in percent, " + (
    "mean over the seeds [highest minus lowest]" if several else "one seed"
) + "\n")
print(f"{'labels':22}" + "".join(f"{c:>13,}" for c in label_counts))
for name, errors in table.items():
    cells = [
        f"{e.mean():.2f}" + several * f" [{np.ptp(e):.2f}]" for e in errors
    ]
    print(f"{name:22}" + "".join(f"{cell:>13}" for cell in cells))

# %%
shown = [name for name in table if name != "regression on codes"]
plots.show_label_curves(
    {name: (label_counts, table[name]) for name in shown},
    dashed=shown[2:],
    alt="Test error against number of labels, both axes logarithmic. In full "
    "on MNIST the pretrained net is lowest until the random one with more "
    "compute meets it at the right end, and the controls lie between the "
    "pretrained and the random one.",
)

# %% [markdown]
# **Figure 9.3.** Test error against the number of labels; lines are means over
# three seeds, bands reach from the lowest to the highest, and both axes are
# logarithmic, so that a distance is a ratio. Look for three things: how far the
# blue line is below the orange one, and whether that shrinks; where the dashed green line, random initialisation with
# more compute, leaves the orange one; and what the controls do. (With one seed, as in the
# fast profile, the bands have no width.)

# %% [markdown]
# ### Exercise 9.6 — Reading the curves (2 points)
#
# *Open question, about 10 minutes.* At which numbers of labels is one way
# **clearly** better than another? Here is a simple reading for few seeds: at
# those where even its *worst* run has a lower error than the *best* run of the
# other. It is clearly worse where even its best run has a higher error than the
# other's worst. Everywhere else, the seeds cannot tell. (Of two equal ways, the first
# is "clearly better" by luck once in 20 with three runs each, and one or the other
# once in 10: trust a row of such counts more than a single one. All rows of the table
# share their labelled images, seed by seed, which this reading does not use: differences
# per seed, as in lesson 05, would be sharper.)

# %% nbgrader={"schema_version": 3, "grade_id": "ch09-clear-effects", "grade": false, "locked": false, "solution": true, "task": false}
def clear_effects(counts, errors, other_errors):
    """Return where one way of training is clearly better, and where worse.

    counts: list of numbers of labels, in any order.
    errors, other_errors: arrays (number of counts, number of seeds), the
    errors of the one way and of the other, as many seeds in both.
    Returns (better, worse), two lists of counts in rising order, either of
    which may be empty.
    """
    ### BEGIN SOLUTION
    better, worse = [], []
    for count, runs, others in zip(counts, errors, other_errors):
        if max(runs) < min(others):
            better.append(count)
        if min(runs) > max(others):
            worse.append(count)
    return sorted(better), sorted(worse)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch09-clear-effects-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
clear_effects = check("9.6", clear_effects)

# %%
def read(table, name):
    for other in table:
        if other == name:
            continue
        better, worse = clear_effects(label_counts, table[name], table[other])
        print(f"{name} against {other}:")
        print(f"    clearly better at {better}, clearly worse at {worse}")


read(table, "pretrained")

# %% [markdown]
# In full on MNIST pretraining helps at every number of labels. In points, most where they
# are few: with 100 labels the error is 6 points below that of random initialisation, with
# 10,000 it is 2. As a share it does not shrink: it is more than a fifth and less than a
# third of the error everywhere.
#
# In full on MNIST more compute does not replace it as long as labels are few. Up to 1,000
# labels random initialisation gains almost nothing from going on four times as long, as
# in your regression above, where the loss went on falling and the error stayed. With
# 10,000 it gains so much that the seeds cannot tell the two apart any more. There the
# same compute, spent on labels alone, gets as far.
#
# And for 100 or 300 labels, in full on MNIST, leave the stack as it is: a regression on
# its codes is as good as fine-tuning all of it. Fine-tuning pays from 1,000 on.
#
# Now the controls. They ought to be as bad as random initialisation. Are they?

# %%
controls = ("shuffled pixels", "shuffled weights")
random_errors = table["random initialisation"]
gain = {
    name: random_errors.mean(axis=1) - table[name].mean(axis=1)
    for name in ("pretrained", *controls)
}
for name in controls:
    pair = {each: table[each] for each in (name, "random initialisation")}
    read(pair, name)
    print("    share of pretraining's gain that it has, too:")
    both = zip(label_counts, gain[name], gain["pretrained"])
    for count, own, whole in both:
        share = "no gain" if own <= 0 else f"{own / whole:4.0%}"
        share = "pretraining gains nothing" if whole <= 0 else share
        print(f"    {count:6,} labels: {share}")

# %% [markdown]
# In full on MNIST neither of them fails. Pretraining on shuffled pixels beats random
# initialisation, with 300 and 10,000 labels clearly; and the shuffled weights beat it by
# more. Those know nothing of strokes. What is left in them is how large the weights are,
# how their sizes are distributed, and the biases.
# Take the last two away as well: kernels from the even distribution of random
# initialisation, only as large as the pretrained ones, and biases of 0.

# %%
def as_large(stack, seed):
    rng = np.random.default_rng(seed)
    stages = initialise(seed)
    for stage, trained in zip(stages, stack):
        kernel, bias = trained.get_weights()
        edge = np.sqrt(3) * kernel.std()
        kernel = rng.uniform(-edge, edge, kernel.shape)
        stage.set_weights([kernel, 0 * bias])
    return stages


for row in (0, -1):
    count, errors = label_counts[row], []
    for seed, stack in zip(seeds, initial["pretrained"]):
        chosen = np.random.default_rng(seed).permutation(len(images))[:count]
        classifier = classifier_from(as_large(stack, seed), seed)
        errors.append(fine_tune(classifier, chosen, seed))
    print(f"{count:6,} labels: as large {np.mean(errors):.2f} "
          f"[{np.ptp(errors):.2f}]", end="")
    for name in ("random initialisation", "shuffled weights", "pretrained"):
        print(f", {name} {table[name][row].mean():.2f}", end="")
    print()

# %% [markdown]
# In full on MNIST size alone has about a third of pretraining's gain with 100 labels,
# and less than half with 10,000. What the shuffled weights have, size, the distribution of
# sizes and the biases together, is about half of the gain, and with 10,000 labels more
# than four fifths, where the seeds cannot tell them from the pretrained ones. (With 100 labels the
# seeds cannot tell them from either side. Distribution and biases were not taken
# apart.) So a large part of what you saw in Figure 9.3, and with many labels most of it, needs
# no strokes: it is in how large numbers are, and not in where they stand. Without
# these controls you would have put all of it down to strokes and shapes. Remember them for
# what comes next.
#
# One more comparison with the outside. The published table, which comes below,
# has a data set `basic`: 10,000 of MNIST's digits with labels, and nothing else
# to learn from. That is the right end of Figure 9.3.

# %%
compare(
    "vincent2008.basic.sda3",
    table["pretrained"][-1].mean(),
    note=f"Ours: {label_counts[-1]:,} labels, {layer_sizes[0]} units a layer, "
    f"mean of {len(seeds)} seeds, no choice of settings for this data set.",
)

# %% [markdown]
# Not equal: three layers of 300 units and 500 steps of fine-tuning, the same for
# every number of labels, are not the paper's larger layers, chosen for this
# data set by validation. How much of the difference each of these makes was not
# tested here.

# %% [markdown]
# ## 2008 and today
#
# Lesson 04 showed why a deep net of sigmoids did not train from random weights.
# Pretraining was a way around that. Since then the obstacle itself is gone:
# better initial weights (Glorot's in 2010, which all rows above have already,
# He's in 2015), units that keep their slope (ReLU, GELU), batch normalisation;
# and for many tasks there are labels by the million, so that one trains the
# whole net with them at once. The first source says the same of whole-network
# training.
#
# So give random initialisation what is common today: the same layers, He's weights,
# batch normalisation and GELU in place of the sigmoids, the same steps and no
# pretraining.

# %%
# In full this takes about 20 seconds on two cores.
def build_today(seed):
    keras.utils.set_random_seed(seed)
    images = units = keras.Input((784,))
    for size in layer_sizes:
        dense = keras.layers.Dense(size, kernel_initializer="he_normal")
        norm = keras.layers.BatchNormalization(momentum=0.9)
        units = keras.ops.gelu(norm(dense(units)))
    outputs = keras.layers.Dense(10, "softmax")(units)
    return keras.Model(images, outputs)


today = []
for count in label_counts:
    errors = []
    for seed in seeds:
        order = np.random.default_rng(seed).permutation(len(images))
        errors.append(fine_tune(build_today(seed), order[:count], seed))
    today.append(errors)
    low, mean, high = min(errors), np.mean(errors), max(errors)
    print(f"{count:6,} labels: {mean:5.2f} % ({low:.2f}-{high:.2f})")

# %%
compared = {
    "pretrained, sigmoids": table["pretrained"],
    "random initialisation, sigmoids": table["random initialisation"],
    "random initialisation of today": np.array(today),
}
plots.show_label_curves(
    {name: (label_counts, errors) for name, errors in compared.items()},
    alt="Test error against number of labels for three nets. Today's random "
    "net crosses the pretrained one and is lowest with many labels.",
)

# %% [markdown]
# **Figure 9.4.** The same axes, for two random initialisations and the pretrained net.
# Follow the green line from left to right: it begins between the other two, and
# ends below both.

# %%
del compared["random initialisation, sigmoids"]
read(compared, "pretrained, sigmoids")

# %% [markdown]
# With 100 labels the mean of 2008 is 4 points lower, but the runs overlap; with
# 300 the old stack wins clearly, at 1,000 the seeds cannot tell, and with 10,000
# today's net is clearly better, without a single step of pretraining. Initial weights,
# normalisation and units were changed together; which of them does it, and whether
# pretraining would help today's net as well, we did not test. (Hardly anybody stacks
# autoencoders any more. Pretraining on images or texts without labels is
# everywhere, with larger nets and other tasks.)

# %% [markdown]
# ## The table of 2008, measured
#
# The paper that brought denoising autoencoders compares six classifiers on
# eight data sets. Five are digits: as they are (`basic`), turned by any angle
# (`rot`), on random noise (`bg-rand`), on pieces of photographs (`bg-img`), and
# turned and on photographs (`rot-bg-img`). Three are shapes: is an outlined
# rectangle tall or wide (`rect`), is a rectangle filled with one photograph on
# another tall or wide (`rect-img`), is a white region convex (`convex`)? All of
# them can be made anew, with fixed seeds, and that is what
# `python -m helpers vincent` does. The photographs are two that scikit-learn
# brings along, so that our backgrounds are less varied than the paper's.
# (Pixels of 1 are drawn black here, as everywhere in this course; what the paper
# calls a white region is a black one.)

# %%
plots.show_rows(
    vincent.examples(digits.test_images[:10]),
    alt="Ten images of each of the eight data sets: digits plain, turned, on "
    "noise and on photographs; rectangles; and black regions.",
)

# %% [markdown]
# **Figure 9.5.** Ten images of each data set; the first five rows are the same
# ten digits. Which of them can you read, and what would you have to know to do
# it?

# %% [markdown]
# Four questions, in this order: does a recipe of today reproduce the table (no); what was
# different (mostly the optimizer and the tied weights); does a recipe like the paper's (for
# SdA-3 nearly, once its rate is found); and which differences are larger than those of
# the seeds? (There is no exercise any more: whoever came for the points may stop here.)
#
# The six systems: support vector machines (SVM) with a Gaussian and with a
# polynomial kernel, which learn no features; DBN-1 and DBN-3, one and three
# layers pretrained as *restricted Boltzmann machines*; SAA-3 (stacked
# autoassociators), three layers pretrained as ordinary autoencoders; SdA-3 (stacked denoising
# autoencoders), as denoising ones; and NNet for nets without pretraining, which the paper does
# not have. Each is tested on 50,000 images. (A *restricted Boltzmann machine
# (제한 볼츠만 머신)* is a model of probabilities: units below and above that are 0 or 1, one
# kernel between them, read in both directions. Trained by *contrastive divergence*, it makes
# the images likelier than what it turns them into itself, downwards and up again. Stacked
# and fine-tuned, as here, it is called a deep belief net, DBN.)
#
# What did the paper find? On random backgrounds the pretrained nets are further ahead of the
# support vector machine than anywhere else in its table: each of them is ahead, and the
# best one makes less than half of its errors. This is the row to reproduce. It took two
# attempts.
#
# ### A first attempt
#
# Take what one would take today, and what worked in the cells above: Adam, its
# rate falling to 0, batches of 100, decoders with weights of their own. 1,000
# units per layer, 1,500 steps per layer, then 3,000 steps of fine-tuning. As a
# control, a *random initialisation* (NNet-3): the same net without pretraining,
# fine-tuned for 4,500 steps, so that each of its weights is changed as often. (Counted in
# products, as above, that is less compute: a stage has a decoder, too.) All of this was trained once by the author of this course, with
# `python -m helpers vincent`, and is kept in `helpers/results/data/vincent.json`.

# %%
def tell(dataset, recipe, names):
    print(f"{dataset}, recipe {recipe}: error on the test images, in percent")
    print(f"{'':10}{'published':>14}{'ours':>15}")
    for name in names:
        cell = vincent.cell_of(dataset, name, recipe=recipe)
        theirs, ours, seeds = "-", "not run", ""
        if not np.isnan(cell.published):
            theirs = f"{cell.published:.2f} ± {cell.published_half_width:.2f}"
        if cell.error is not None:
            ours = f"{cell.error:.2f} ± {cell.half_width:.2f}"
        if cell.seeds > 1:
            seeds = f"  {cell.seeds} seeds, {cell.low:.2f} to {cell.high:.2f}"
        print(f"{name:10}{theirs:>14}{ours:>15}{seeds}")


tell("bg-rand", "sgd", ["SVM-rbf"])
tell("bg-rand", "adam", ["NNet-3", "DBN-1", "SAA-3", "DBN-3", "SdA-3"])

# %% [markdown]
# Erasing inputs helps (of 25 and 40 % the second was
# chosen; 10 % was not run), but where the paper's autoencoders are ahead of the
# support vector machine by three points and four, our SdA-3 is ahead by one and our SAA-3
# behind. And patience makes it worse,
# as the next table shows for a single layer: what 1,500 steps gain, 12,000 have
# lost again.
#
# From here two roads lead on. One is to explain the result: an image of `bg-rand`
# is mostly random pixels, a stage has to spend its units on rebuilding them,
# the more so the longer it is trained, and what describes such images is not what
# tells their classes apart. That sounds right. The other is to notice that the paper, on such images, reports the
# opposite, and to ask what was different.
#
# ### What was different
#
# Our recipe departs from the paper's in several things at once: Adam instead of
# plain gradient descent (SGD), untied weights instead of *tied* ones (the decoder's
# kernel is the encoder's, transposed), large batches, and few steps. So change
# one at a time, with one layer of 1,000 units, a quarter of its inputs erased in
# pretraining, and 20,000 steps of fine-tuning by plain gradient descent, in batches of the
# same size as in pretraining. (The net without pretraining gets 80,000 steps of 20, as many
# as those of that batch size get in all.) Unless steps are named, each
# pretraining sees as many images: 12,000 steps of 100, or 60,000 of 20. Before
# you look: how low does the error come if only Adam is replaced by plain gradient
# descent, the batches of 100 and the tied weights staying as they are? (It is
# 20.7 % with Adam, and 20.4 % without any pretraining.)

# %%
# Error on the validation images, in percent.
plain_guess = 20  # prediction

# %%
causes = vincent.causes()
print(f"{'one layer on bg-rand':36}validation   test")
for name, (validation, test) in causes.items():
    print(f"{name:36}{validation:9.2f}{test:9.2f}")
half = 1.96 * np.sqrt(0.15 * 0.85 / np.array([2_000, 50_000])) * 100
print(f"\n± at 15 %: {half[0]:.1f} (validation images), {half[1]:.1f} (test)")
predicted(plain_guess, causes["SGD, tied"][0], "percent, SGD, tied")

# %% [markdown]
# One seed each; and this is a comparison of all trainings, so the test errors may
# be read, too: nothing is chosen by them. Compare rows that differ in one thing.
#
# - **The optimizer and the tied weights** do most, together. In batches of 20 plain gradient
#   descent is one and a half points ahead of Adam with untied weights, and more than four
#   with tied ones; in batches of 100, tied, by five to six. (Adam's rate falls to 0, that of
#   plain gradient descent stays.) Adam in batches of 100 has what the net without
#   pretraining has, tied or not.
# - **Tied weights** do nothing for Adam, and between two and three points for
#   plain gradient descent.
# - **Small batches** help both, Adam by one and a half to three points, plain gradient
#   descent by half a point to two. They are small in fine-tuning, too, which was not taken
#   apart. And a batch of 20 also means five times as many steps of pretraining; with as
#   many steps plain gradient descent is nearly as good in batches of 100.
# - **Length**: a quarter of the steps costs half a point to a point, a quarter of
#   the rate (0.05 in place of 0.2) about a point and a half.
# - Momentum of 0.9 at a rate of 0.1, half of plain gradient descent's, makes a step five
#   times as long in the end. It breaks down: 88.65 % is the error of one answer for all images.
#
# The images are the same in all rows, so they alone do not explain the first attempt.
# *Why* Adam finds less use in them than plain gradient descent, we did not test.
# (Adam divides each weight's step by the size of that weight's own gradients, so that
# weights whose gradients are mostly noise move as far as any other. One would have to
# try rules that lie between the two.)
#
# ### What it took
#
# A second recipe, then: tied weights, batches of 20, gradient descent with a
# momentum of 0.9, 40,000 steps per layer, 20,000 of fine-tuning by plain gradient
# descent with early stopping (the weights that are best at one of 40 looks at the
# validation images). The corruption level, one of two rates of pretraining and one of two
# of fine-tuning are chosen on the validation images with one seed, and the chosen
# setting is trained with two more. The random initialisation has 60,000 steps, and two
# settings to be chosen from where SdA-3 has twelve.

# %%
nets = ["NNet-1", "DBN-1", "NNet-3", "SAA-3", "DBN-3", "SdA-3"]
tell("bg-rand", "sgd", nets)

# %% [markdown]
# The net without pretraining is where it was, and three denoising layers now err on 11.4 % of
# the test images: four points below the support vector machine, three below the
# first attempt, and a point above the paper. Three layers of Boltzmann machines come
# to less than 10 %, half of the errors of NNet-3. So the gain on random backgrounds is
# there, and nothing in the images forbids it. The row is not: both DBN stay three
# points above the paper, and SAA-3, level with the machine, four and a half.
#
# Now all eight data sets, by this one recipe; noise in fine-tuning, which the paper
# did not have, stays out of the table. Before you look: for how many of the eight
# is our SdA-3 *above* the published interval, that is, worse than the paper by more
# than chance?

# %%
above_guess = 2  # prediction

# %%
cells = {(cell.dataset, cell.system): cell for cell in vincent.table()}
rows = list(dict.fromkeys(dataset for dataset, _ in cells))
verdicts = [cells[dataset, "SdA-3"].verdict for dataset in rows]
predicted(above_guess, verdicts.count("above"), "of 8 data sets")

# %%
vincent.show_table(
    list(cells.values()),
    alt="Eight data sets by six systems: our error above the published one in "
    "each cell, coloured by their ratio. Digits on photographs and convex "
    "regions are purple throughout, outlined rectangles orange.",
)

# %% [markdown]
# **Figure 9.6.** In each cell, our error above the published one. Purple is
# lower than published, orange higher; the mark says whether it lies below,
# within or above the published interval, and the lowest of ours in a row is bold.
# Read the first two columns before the others: they learn no features, and say how
# hard our images are beside the paper's.

# %%
print("error of SdA-3, divided by that of SVM-rbf\n")
print(f"{'':12}{'SVM-rbf':>8}{'SdA-3':>8}{'published':>11}{'ours':>7}")
for dataset in rows:
    svm, sda = (cells[dataset, name] for name in ("SVM-rbf", "SdA-3"))
    theirs, ours = sda.published / svm.published, sda.error / svm.error
    verdict = f"{svm.verdict:>8}{sda.verdict:>8}"
    print(f"{dataset:12}{verdict}{theirs:11.2f}{ours:7.2f}")
for machine, (count, hours) in vincent.machines().items():
    print(f"\n{count:4} trainings, {hours:.2f} hours: {machine}", end="")

# %% [markdown]
# **The images are made anew**, and they are not the paper's. SdA-3 is below the
# published interval in exactly the four rows in which the support vector machine is
# below it, too, and above in the other four. On photographs our images are easier;
# behind them stand two photographs instead of twenty (training images have pieces of
# their left halves, test images of their right halves). Our `convex` is much easier;
# there we chose a rule of our own for the parts of a region that is not convex, so
# that both kinds have about as many white pixels. Whether these differences are what
# makes them easier was not tested. And on digits, plain, turned and on noise, the machine is
# *worse* here than in the paper, by 0.3 to 1.3 points. (Its two numbers are chosen by fits
# to 2,500 of the training images. Whether that or our images make the difference, we did
# not test.) So the ratio to the machine says more than a verdict. On random backgrounds
# it is the paper's. With photographs behind digits ours is lower than the paper's; on
# turned digits and on outlined rectangles it is higher, and above 1.
#
# Why higher? The next suspect was the length of pretraining. With four times as many
# steps per layer, the corruption level chosen anew, one seed:

# %%
for dataset in rows:
    longer = vincent.cell_of(dataset, "SdA-3", recipe="long")
    here = cells[dataset, "SdA-3"]
    seeds = f"{here.low:5.2f} to {here.high:5.2f}"
    print(f"{dataset:11} SdA-3 {seeds}, longer {longer.error:5.2f} %")

# %% [markdown]
# It is not that, for these two: turned digits stay where they are, and outlined
# rectangles (1,000 training images, 200 to choose by) end at the edge of the seeds. With
# noise or photographs behind digits, longer pretraining goes on paying, by up to a
# point; on convex regions it costs nearly one.
#
# Another suspect is the grid of settings that were tried. In all eight rows SdA-3 has the
# higher of the two rates of fine-tuning, 0.2, and the lower of the two of pretraining, 0.02
# (at 0.1 training breaks down wherever there is a background behind digits): the best
# setting lies at two edges. From the first of them we went on. In the four rows where SdA-3
# is above the interval, its chosen setting was fine-tuned at higher rates as well, with
# all else as it was. (On one CPU core, 4 to 10 minutes a net.)

# %%
by_rate = vincent.by_rate()
columns = sorted(set().union(*by_rate.values()))
print("SdA-3, validation error by the rate of fine-tuning, in percent")
print(f"{'':9}", *(f"{rate:6}" for rate in columns))
for dataset, errors in by_rate.items():
    print(f"{dataset:9}", *(f"{errors[rate][0]:6.2f}" for rate in columns))

print("\ntest error at 0.2, one seed, and at the chosen rate")
for dataset, errors in by_rate.items():
    cell = vincent.cell_of(dataset, "SdA-3", recipe="rates")
    ratio = cell.error / cells[dataset, "SVM-rbf"].error
    seeds = f"{cell.seeds} seeds {cell.low:5.2f} to {cell.high:5.2f}"
    print(f"{dataset:9}{errors[0.2][1]:6.2f} {cell.error:6.2f}, "
          f"{seeds if cell.seeds > 1 else 'one seed':22}, {cell.verdict:6} "
          f"{cell.published:5.2f} ± {cell.published_half_width:.2f}, "
          f"{ratio:.2f} of SVM-rbf's")
longer = vincent.cell_of("rot", "SdA-3", recipe="steps").record
print("\nrot, test, one seed:", end="")
for rate in (0.2, 1.0, 2.0):
    print(f"  at {rate} {by_rate['rot'][rate][1]:.2f}", end="")
print(f"\n     {longer['setting']['tune_steps']:,} steps in place of 20,000:  "
      f"at 0.2 {longer['test_error']:.2f} %")

# %% [markdown]
# For turned digits it largely is that. With three seeds the error comes within the published
# interval, and the ratio to the machine falls from 1.09 to 0.89, where the paper has 0.93.
# On plain digits and on noise the error comes into the interval, too, with one seed each;
# but there the ratio had been nearly the paper's, and now it is lower: the machine is
# worse here than in the paper, and SdA-3 no longer is. On outlined rectangles 200 validation
# images cannot order the rates (2.0 is ahead of 0.2 by one image), and 2.83 % is no further
# from 3.14 than the seeds are from each other.
#
# Which rate is too high depends on the images. On noise 2.0 costs four points beside 0.2,
# and at 4.0 the net gives all images one label; turned digits are best at 2.0, and as good
# at 4.0. (On plain digits 0.5 to 4.0 differ by seven of 2,000 images.) A grid whose best
# setting lies at its edge has measured the grid, not the method.
#
# Is it the rate, or does a net merely go further at a higher one in as many steps? On turned
# digits 100,000 steps at 0.2 go as far as 20,000 at 1.0, if steps just add up. They take the
# test error from 12.43 to 11.78 %, the rate of 1.0 takes it to 11.14, and 2.0 to 10.32. So
# going further is half of what the rate of 1.0 brings; where the rest comes from, we did
# not test. (Nor what higher rates do for the other nets of the table, which compares all by
# the same two rates.)
#
# What is left is the row of outlined rectangles. There are only 1,000 images to learn from,
# and 200 to choose by. How much of an error is the luck of *these*? A support vector
# machine is quick to fit again, with others:

# %%
# In full this takes about 30 seconds on two cores.
others = vincent.redrawn("rect", pick(full=10, fast=2))
print(f"rect, SVM-rbf: {cells['rect', 'SVM-rbf'].error:.2f} % in the table, "
      f"± {cells['rect', 'SVM-rbf'].half_width:.2f} for the test images")
print(f"{len(others)} other training sets: {others.min():.2f} to "
      f"{others.max():.2f} %, mean {others.mean():.2f}")

# %% [markdown]
# With other images to learn from and to choose by, the machine's error ranges over two
# points in full, on the same test images; and the table's draw is its best of eleven. The interval
# beside a figure knows nothing of that, nor does the published one. So half a point or a
# whole one on `rect` says little about a method, and a ratio above 1 may be the machine's
# luck. (How much is the thousand images and how much the choice on 200, we did not take
# apart; nor did we try SdA-3 on other draws. All eleven errors are above the published
# 2.15 %, so that our outlines are probably harder. The published description does not say
# how short a side may be; here it has three pixels at least.)
#
# ### What the seeds can tell
#
# An interval is about the test images alone. It is narrow because there are 50,000 of
# them. The draw of the training images is a doubt beside it, and the seed of the weights
# another one, which the published table does not show either. So ask your
# `clear_effects` of 9.6, with data sets in place of numbers of labels: where do all runs
# of one way lie below all runs of another? (By the two rates of the table. SdA-3-noisy has
# a quarter of its inputs set to 0 in pretraining and in fine-tuning, too, where the others
# are multiplied by 4/3.)

# %%
def ends(name):
    found = [vincent.cell_of(dataset, name) for dataset in rows]
    return np.array([[cell.low, cell.high] for cell in found])


def apart(one, other):
    numbers = list(range(len(rows)))
    found = clear_effects(numbers, ends(one), ends(other))
    print(f"{one} against {other}:")
    for word, numbers in zip(("lower", "higher"), found):
        names = ", ".join(rows[number] for number in numbers)
        print(f"    all runs {word} on {names or 'none'}")


apart("SAA-3", "NNet-3")
apart("SdA-3", "SAA-3")
apart("SdA-3", "DBN-3")
apart("SdA-3-noisy", "SdA-3")
print()
for dataset in ("bg-img", "bg-rand"):
    for name in ("SdA-3", "SdA-3-noisy"):
        cell = vincent.cell_of(dataset, name)
        print(f"{dataset:8} {name:12} {cell.low:.2f} to {cell.high:.2f} %, "
              f"test images ± {cell.half_width:.2f}")

# %% [markdown]
# - **Pretraining** beats random initialisation on all eight. (On `rect-img` NNet-3 has
#   learned nothing: it answers as a coin would. One layer of it does better, and is
#   beaten, too. In the other seven NNet-3 has the highest rate that it was given.)
# - **The noise in pretraining, the idea of the paper**, helps on seven of the eight,
#   and hurts on turned digits, where SdA-3 gains two points by a higher rate and SAA-3 was
#   not given one. (SdA-3 had three times as many settings to be chosen from as SAA-3.) The
#   paper has it the other way round on `convex`, and sees no difference on turned digits.
# - **Boltzmann machines** are ahead of denoising autoencoders on six of the eight. With a
#   higher rate of fine-tuning SdA-3 comes below DBN-3's figure on plain and on turned
#   digits, and DBN-3 was not given more rates. In the paper SdA-3 has the lower error on
#   four of the eight, and the same on turned digits.
# - **Noise in fine-tuning**: where both are pretrained with a quarter erased, it costs six to
#   seven points with photographs behind digits, less on random backgrounds, and on
#   `rect-img` the seeds cannot tell. On turned digits and on outlined rectangles the noisy
#   net is ahead; but there it was pretrained with 25 % in place of 10, and we did not take
#   these apart.
# - And the seeds of one such setting on `bg-rand` lie more than two points apart,
#   where the interval promises a quarter of a point on either side.
#
# One more look at the idea of the paper: the lowest error on the *validation* images,
# by the share of inputs that are erased in pretraining, and what the paper chose.

# %%
for dataset, levels in vincent.by_noise().items():
    key = f"vincent2008.{dataset.replace('-', '_')}.noise"
    errors = [f"{level:>4.0%}:{e:6.2f}" for level, e in levels.items()]
    print(f"{dataset:11}", *errors, f"  paper: {published(key).value:.0f} %")

# %% [markdown]
# On 2,000 images differences of a point are luck (on the 200 of `rect`, of three).
# What is no luck: on every background, an erased quarter is better than nothing erased by
# three points or more. Whether it is a quarter or two fifths matters little.

# %% [markdown]
# ## What to take with you
#
# - Pretraining reads the images first and the labels afterwards; the labels
#   enter through a softmax, whose gradient is probability minus one-hot label.
# - In a denoising stack each stage has its own noise, and the stages above see
#   clean codes.
# - In full on MNIST it helps most, in points, with few labels. More compute does not
#   replace it there; with 10,000 labels it does.
# - About half of the gain with few labels, and most of it with many, is left
#   when the pretrained weights are shuffled: no strokes are needed for it. With 10,000
#   labels today's net, which is not pretrained, is ahead.
# - A method that fails may have failed by its recipe. On random backgrounds, one layer
#   pretrained by Adam gains two to three and a half points at best, and nothing after long
#   training in batches of 100; the same images, layer and labels give five to seven points
#   to plain gradient descent with tied weights.
# - A figure below a published one may say that your images are easier. Measure
#   something that does not learn features beside it.
# - A figure above a published one may say that your grid was too small: where the best
#   setting lies at the edge of what was tried, go on. With few training images, draw others
#   before you explain half a point.
# - An interval of the test images is not the spread of the seeds. With few
#   labels the seeds are the larger doubt.

# %% [markdown]
# ## Questions to think about
#
# **1.** The labelled images are part of the images that pretraining saw. What
# changes if the *test* images, without their labels, are among them too?
#
# <details><summary>One answer</summary>
#
# No label of theirs was used, so it is no plain cheating, and it has a name,
# *transductive* learning. But the error then no longer says what happens on
# images that nobody has seen. Here the test images stay outside.
#
# </details>
#
# **2.** Pretraining on all 10,000 images, then all 10,000 labels. The images are
# the same ones. How can seeing them twice help?
#
# <details><summary>One answer</summary>
#
# It is not more data then; it is another initialisation. The supervised loss of a stack
# of sigmoids has flat places near random weights, and a stack that rebuilds its
# input is not in one of them. This is a part of the effect that better initial weights
# and units may have taken over since.
#
# </details>
#
# **3.** Think of labels that pretraining on digits would *not* help with.
#
# <details><summary>One answer</summary>
#
# Anything that is not a clump of the images. "Is the number of ink pixels even?"
# splits every neighbourhood at random, and a code that drops small changes
# drops exactly the answer.
#
# </details>

# %%
score()

# %%
about.versions()
