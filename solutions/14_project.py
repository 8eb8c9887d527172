# %% [markdown]
# # 14 Your own images: a project
#
# Everything so far ran on images that others had prepared. Here you carry out two
# studies from end to end, on what is at hand or on pictures of your own: **clean a
# photograph** by a denoising autoencoder of small patches, and **find the odd ones** in
# a folder. The networks are those of lessons 05 and 10. What is new is the form of a
# *study (연구)*: which baseline, which control, what may be chosen on which images, how
# often the test is looked at, and what its interval allows you to say.
#
# After this lesson you can
#
# 1. cut a photograph into overlapping patches, clean them, put them back, and measure
#   the result by PSNR and by SSIM beside strong baselines;
# 2. load any folder of pictures, split it without leaks, and measure what a leak does;
# 3. carry out a study whose form a reader can check, and hand it in as one page.
#
# **12 points**, 75 to 105 minutes of thinking; all cells together compute for at most 5
# minutes on two CPU cores, in at most 3 GB of memory. You need the denoising of
# lesson 05 and the ROC curve of lesson 10.

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, losses, measures, models, plots, training
from helpers import widgets
from helpers.checks import check, hint, predicted, score
from helpers.methods import patches
import keras, numpy as np, scipy
from sklearn.datasets import load_sample_image

digits = data.load("auto")

# %% [markdown]
# (Where a result depends on your data or on your own answers, a cell prints what holds.
# Sentences that begin with "In full on MNIST" are about the full run on those images.)
#
# ## Project one: clean a photograph
#
# scikit-learn comes with two photographs. The palace is for training, the flower for
# the test. Settings have to be chosen somewhere, too, and not on the flower: the right
# quarter of the palace is kept apart for that, as the *validation strip*.

# %%
def photograph(name):
    colour = load_sample_image(f"{name}.jpg") / 255
    return (colour @ [0.299, 0.587, 0.114]).astype("float32")


palace, flower = photograph("china"), photograph("flower")
learning, strip = palace[:, :480], palace[:, 480:]
flower = flower[:, : pick(full=640, fast=300)]
strip = strip[pick(full=0, fast=140) : pick(full=427, fast=340)]
print("learning", learning.shape, " strip", strip.shape,
      " test", flower.shape)


def noisy_copy(picture, level, seed):
    noise = np.random.default_rng(seed).normal(size=picture.shape)
    return (picture + level * noise).astype("float32")

# %%
plots.show_photographs(
    {"palace: learning, and the strip": palace[::2, ::2],
     "flower: the test": photograph("flower")[::2, ::2]},
    columns=2, frame=(1, 240, 211, 78),
    alt="Two grey photographs: a Chinese palace, with a frame around its "
    "right quarter, and a dahlia before a dark background.",
)

# %% [markdown]
# **Figure 14.1.** The training photograph, with the validation strip framed, and the
# test photograph (every second pixel of both). To the pixels normal noise is added. They
# are not clipped to [0, 1] before they are cleaned, so that the noise is the same in
# dark and bright places.
#
# ## What is a good picture?
#
# PSNR (lesson 05) counts every squared difference alike. Its companion in papers on
# images is *structural similarity (구조적 유사도)*, SSIM (Wang and others, 2004). It
# looks at small windows, and asks in each whether the means agree and whether the
# deviations from the mean do:
#
# $$\operatorname{SSIM}(x, y) = \frac{2 \mu_x \mu_y + c}{\mu_x^2 + \mu_y^2 + c} \cdot
# \frac{2 s_{xy} + d}{s_x^2 + s_y^2 + d}, \qquad c = 0.01^2, \quad d = 0.03^2.$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $x$, $y$ | the same window of two pictures | of `image`, `other` |
# | $\mu_x$, $\mu_y$ | their means | |
# | $s_x^2$, $s_y^2$ | their variances, divided by the number of pixels less one | |
# | $s_{xy}$ | their covariance, divided likewise | |
# | $c$, $d$ | keep the quotients finite where a window is black or flat | |
#
# The similarity of two pictures is the mean over the windows at all places: 1 for equal
# pictures. All tables below have windows of 7 × 7 pixels that count alike. Wang and others
# take 11 × 11 with Gaussian weights, so that our numbers cannot be set beside published
# ones.

# %% [markdown]
# ### Exercise 14.1 — Structural similarity (2 points)
#
# *Warm-up, about 15 minutes.* There is a window wherever it fits as a whole, also where
# it overlaps with others. Its side is odd, and at least 3.

# %% nbgrader={"schema_version": 3, "grade_id": "ch14-similarity", "grade": false, "locked": false, "solution": true, "task": false}
def similarity(image, other, window):
    """Return the mean SSIM of two pictures over all windows.

    image, other: (h, w) each, pixels in [0, 1].
    window: side of the square windows, in pixels, at most h and w.
    Returns one number.
    """
    ### BEGIN SOLUTION
    shape = (window, window)
    x, y = (
        np.lib.stride_tricks.sliding_window_view(one.astype(float), shape)
        for one in (image, other)
    )
    axes, n = (2, 3), window**2 - 1
    mx, my = x.mean(axes), y.mean(axes)
    dx, dy = x - mx[..., None, None], y - my[..., None, None]
    both = (dx * dy).sum(axes) / n
    spreads = ((dx**2).sum(axes) + (dy**2).sum(axes)) / n
    c, d = 0.01**2, 0.03**2
    means = (2 * mx * my + c) / (mx**2 + my**2 + c)
    return np.mean(means * (2 * both + d) / (spreads + d))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch14-similarity-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
similarity = check("14.1", similarity)

# %% [markdown]
# Three ways to damage the strip, scaled so that the squared error is the same: every
# pixel brighter, the whole blurred, noise added. PSNR cannot tell them apart. (What
# leaves [0, 1] is left there: clipped, the errors would no longer be the same.) Which one
# has the highest SSIM?

# %%
# "brighter", "blurred" or "noisy": write it before you run the next cell.
similar_guess = "brighter"  # prediction

# %%
def decibels(clean, found):
    return measures.psnr(clean[None], np.asarray(found)[None])


changes = {
    "brighter": np.ones(strip.shape),
    "blurred": scipy.ndimage.gaussian_filter(strip, 2) - strip,
    "noisy": noisy_copy(0 * strip, 1.0, 0),
}
damaged = {name: strip + 0.08 * change / np.sqrt(np.mean(change**2))
           for name, change in changes.items()}
alike = {name: float(similarity(strip, one, 7))
         for name, one in damaged.items()}
for name, one in damaged.items():
    print(f"{name:9} PSNR {decibels(strip, one):.1f} dB, "
          f"SSIM {alike[name]:.3f}")
predicted(similar_guess, max(alike, key=alike.get), choices={
    "brighter": "every pixel brighter", "blurred": "blurred",
    "noisy": "noise added"})

# %% [markdown]
# Neither number has been compared with an eye here. Report both, and say beforehand by
# which one you will judge: with two measures at hand, one of them may always be found on
# your side.

# %% [markdown]
# ## A split without leaks
#
# The patches of one photograph overlap, and what does not overlap still shows the same
# roof in the same light. Split *patches* at random, and nearly every patch of the test
# has a neighbour in the training set that shares most of its pixels. This is a *leak
# (데이터 누출)*: the test can be passed by memory. Whatever belongs together, a
# photograph, a person, two copies of one file, has to stay on one side.

# %% [markdown]
# ### Exercise 14.2 — A split without leaks (2 points)
#
# *The idea itself, about 10 minutes.* Decide for whole photographs which of them are
# for the test. The seed and the numbers of the photographs decide, which may be below 0,
# too: the split must not depend on the order in which the patches come, nor on how many
# a photograph has.

# %% nbgrader={"schema_version": 3, "grade_id": "ch14-split-photographs", "grade": false, "locked": false, "solution": true, "task": false}
def split_photographs(photographs, share, seed):
    """Return which patches are for the test.

    photographs: (n,), for each patch the photograph it is from, a whole
    number; photographs may have any numbers, and any number of patches.
    share: of the photographs (not of the patches), from 0 to 1: round(share
    * how many there are) of them are for the test, and 1 where that is 0.
    seed: of the draw; the same seed, the same photographs.
    Returns (n,), True for patches of the test.
    """
    ### BEGIN SOLUTION
    known = np.unique(photographs)
    count = max(1, round(share * len(known)))
    rng = np.random.default_rng(seed)
    chosen = rng.choice(known, count, replace=False)
    return np.isin(photographs, chosen)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch14-split-photographs-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
split_photographs = check("14.2", split_photographs)

# %% [markdown]
# How much does a leak flatter? Take a task in which there is *nothing* to learn. From
# the palace 96 blocks of 48 × 48 pixels are cut, which stand for 96 photographs. A coin is
# thrown for each block: that is its label, 0 or 1. From a patch of 16 × 16 pixels the
# label of its block is to be told, by the nearest patch of the training set, or by the
# majority of the nearest 15 or 101, which remembers less of any one of them. Since the
# labels are coins, no method can be right about blocks that it has not seen in more than
# half of the cases, except by luck. How often will the nearest one be right, if the
# *patches* are split at random, a quarter of them for the test?

# %%
# A share from 0 to 1: write it before you run the next cell.
leak_guess = 0.7  # prediction

# %%
from sklearn.neighbors import NearestNeighbors

nearest = (1, 15, 101)


def patches_of_blocks(step):
    rows, blocks = [], []
    for top in range(0, 424, 53):
        for left in range(0, 636, 53):
            block = palace[top : top + 48, left : left + 48]
            rows.append(patches.cut_patches(block, 16, step))
            blocks.append(np.full(len(rows[-1]), len(rows) - 1))
    rows, blocks = np.concatenate(rows), np.concatenate(blocks)
    some = np.random.default_rng(14).permutation(len(rows))[:6_000]
    return rows[some], blocks[some]

# %%
def right_by_memory(rows, blocks, seed, by_block):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, 96)[blocks]
    test = rng.random(len(rows)) < 0.25
    if by_block:
        test = split_photographs(blocks, 0.25, seed)
    memory = NearestNeighbors(algorithm="brute").fit(rows[~test])
    found = memory.kneighbors(rows[test], max(nearest), return_distance=False)
    votes = labels[~test][found]
    return [np.mean((votes[:, :count].mean(axis=1) > 0.5) == labels[test])
            for count in nearest]

# %%
shares = {}
for name, step, by_block in (
        ("split by patch, patches overlap", 3, False),
        ("split by patch, none overlaps", 16, False),
        ("split by block", 3, True)):
    rows, blocks = patches_of_blocks(step)
    shares[name] = np.array([right_by_memory(rows, blocks, seed, by_block)
                             for seed in range(pick(full=20, fast=5))])
    print(f"{name}, {len(rows):,} patches")
    for count, runs in zip(nearest, shares[name].T):
        print(f"  nearest {count:3}: right {runs.mean():.2f}, from "
              f"{runs.min():.2f} to {runs.max():.2f}")
ones = np.array([np.random.default_rng(seed).integers(0, 2, 96).mean()
                 for seed in range(len(runs))])
print("share of blocks with the commoner label "
      f"{np.maximum(ones, 1 - ones).mean():.2f}")
predicted(leak_guess, shares["split by patch, patches overlap"][:, 0].mean(),
          "right about coins, by the leak")

# %% [markdown]
# Nothing but the split differs between the first block of lines and the last. Patches do
# not have to overlap for a leak: the roof of a block looks like the roof of that block.
# (They are fewer there, so that the sizes of the two leaks cannot be compared.) Coins do
# not fall 48 to 48, and who knows only which label is commoner is right as often as the
# last line says; what goes beyond it is memory. Where patches overlap, the leak flatters
# the less, the more of them vote. So its size depends on the method, and is seen only
# beside a split that has none.

# %% [markdown]
# ## Cut, clean, put back
#
# A network for 8 × 8 pixels is small, and the learning part has nearly 200,000 patches
# to train it. To clean a picture, cut it into overlapping patches, clean each,
# and put them back: a pixel is then covered by several patches, and the mean of their
# answers is taken. By hand, in one dimension: five pixels, patches of three, one pixel
# apart.

# %%
row = np.array([0.1, 0.2, 0.9, 0.4, 0.5])
answers = np.array([row[:3], row[1:4] + 0.3, row[2:]])  # the middle one is off
sums, counts = np.zeros(5), np.zeros(5)
for start, answer in enumerate(answers):
    sums[start : start + 3] += answer
    counts[start : start + 3] += 1
print("covered by", counts, " mean of the answers", (sums / counts).round(2))

# %% [markdown]
# An error of 0.3 in one answer is left as 0.15 or 0.1. With more than one pixel from
# patch to patch the work is less; then the last patch may not end at the edge, and one
# more is needed that does.

# %% [markdown]
# ### Exercise 14.3 — Clean a picture (3 points)
#
# *Built from end to end, about 30 minutes.* Patches begin at every `step`-th pixel,
# across and down, as long as they fit; where the last of them does not end at the right
# or lower edge, one more begins so that it does.
# Ask the denoiser for all of them, average where they overlap, and clip the result.
# Noisy pixels may be below 0 or above 1: the denoiser is to see them so.

# %% nbgrader={"schema_version": 3, "grade_id": "ch14-clean-picture", "grade": false, "locked": false, "solution": true, "task": false}
def clean_picture(denoise, picture, size, step):
    """Return a picture that was cleaned patch by patch.

    denoise: function of patches (n, size * size), each one read row by
    row, that returns as many; call it as denoise(rows), at best once.
    picture: (h, w), h and w at least size.
    size: side of the square patches.  step: from one patch to the next, at
    most size.
    Returns (h, w): for each pixel the mean of the answers of the patches
    that cover it, clipped to [0, 1] after that.
    """
    ### BEGIN SOLUTION
    starts = []
    for side in picture.shape:
        last = side - size
        starts.append([*range(0, last, step), last])
    places = [(top, left) for top in starts[0] for left in starts[1]]
    rows = np.stack([
        picture[top : top + size, left : left + size].ravel()
        for top, left in places])
    answers = np.asarray(denoise(rows)).reshape(-1, size, size)
    sums, counts = np.zeros(picture.shape), np.zeros(picture.shape)
    for (top, left), answer in zip(places, answers):
        sums[top : top + size, left : left + size] += answer
        counts[top : top + size, left : left + size] += 1
    return np.clip(sums / counts, 0, 1)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch14-clean-picture-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
clean_picture = check("14.3", clean_picture)

# %% [markdown]
# ## Train on patches
#
# The network gets a noisy patch and is told the noise level $\sigma$, as non-local means
# and the threshold of PCA are (below). Two things are taken off before its layers, and
# put back after them: the mean of the patch, and the level, by which the rest is divided.
# The layers then see patches whose noise always has deviation 1:
#
# $$D(\tilde{x}; \sigma) = m + \sigma\, F\Big(\frac{\tilde{x} - m}{\sigma}\Big), \qquad
# m = \text{mean of the pixels of } \tilde{x}.$$

# %%
plots.show_network(
    plots.Network(
        [("$x$", 64), (r"$\tilde{x}$", 64), (r"$(\tilde{x}-m)/\sigma$", 64),
         ("", 256), ("", 256), ("", 256), ("$F$", 64),
         (r"$D(\tilde{x};\sigma)$", 64)],
        steps={0: "noise", 1: "scaled", 6: "back"},
        compared=[(0, 7, "error, divided by the level")],
    ),
    alt="Columns of units: the clean patch x, an arrow named noise to the "
    "noisy patch, the patch without mean and level, three hidden layers, F, "
    "an arrow named back to the answer, joined with the clean patch.",
)

# %% [markdown]
# **Figure 14.2.** The denoiser of patches; *back* multiplies by the level and adds the
# mean. In training, every patch gets a noise level of its own at random, mostly between
# 0.03 and 0.3.
#
# Three trainings that differ in their seed. The control, of one training, is the same
# network with the same patches and steps, that never sees the noise: a plain autoencoder.
# It has no narrow layer and may learn to return what it gets. It tells whether the layers,
# or the mean of overlapping patches, clean without having seen noise.

# %%
# In full this takes about 50 seconds on two cores.
def train_denoiser(picture, seed, corrupted=True):
    rows = patches.cut_patches(picture, 8)
    keras.utils.set_random_seed(seed)
    denoiser = models.build_patch_denoiser(64, (256, 256, 256))
    steps = pick(full=3_000, fast=400)
    order = np.random.default_rng(seed).permutation(len(rows))
    rows = rows[order[: 128 * steps]]
    epochs = round(128 * steps / len(rows))
    schedule = keras.optimizers.schedules.CosineDecay(
        1e-3, epochs * -(-len(rows) // 128))
    training.train(
        models.chain_patch_denoiser(
            denoiser, corrupted=corrupted, seed=seed,
            mean=np.log(0.1), deviation=0.6),
        rows, np.zeros_like(rows), loss=losses.squared_error,
        optimizer=keras.optimizers.Adam(schedule), batch_size=128,
        epochs=epochs, seed=seed, progress=False)
    return denoiser


seeds = [0, 1, 2]
denoisers = [train_denoiser(learning, seed) for seed in seeds]
plain = train_denoiser(learning, 0, corrupted=False)

# %% [markdown]
# ## Strong baselines
#
# - The **median filter** of lesson 05.
# - **PCA, first**: a patch keeps its mean and its first few components.
# - **PCA, large**: it keeps those coefficients that are *large*, whichever they are,
#   and drops what noise alone could be (*thresholding*). The choice differs from patch
#   to patch, so that this is no linear map any more.
# - **Non-local means** (Buades and others, 2005), as scikit-image has it: each pixel
#   becomes a mean of pixels of the same picture whose surroundings look alike. Like
#   the network it is told the noise level; but for its setting, it needs no other
#   photograph.
#
# **We judge by PSNR**, and say so before the test; SSIM is reported beside it. Each filter
# has a setting, which is chosen on the noisy validation strip, for each noise level and
# for each measure: a filter that was tuned for PSNR would be at a disadvantage when SSIM
# is counted. The components are those of the learning part. (The network has settings,
# too, its layers and steps: they were fixed beforehand on the strip, and are not tuned
# further here.) A median filter has 3 as its smallest window; of 0 components, the mean of
# the patch is left.

# %%
import functools
from skimage.restoration import denoise_nl_means

pace = pick(full=2, fast=4)  # from one patch to the next
components = patches.fit_components(patches.cut_patches(learning, 8, 2))


def median(picture, level, window):
    return scipy.ndimage.median_filter(picture, window)


def first(picture, level, count):
    keep = patches.keep_first(components, count)
    return clean_picture(keep, picture, 8, pace)


def large(picture, level, times):
    keep = patches.keep_large(components, times * level)
    return clean_picture(keep, picture, 8, pace)


def non_local(picture, level, strength):
    return denoise_nl_means(
        picture, patch_size=5, patch_distance=6, h=strength * level,
        sigma=level)

# %%
methods = {
    "median filter": (median, (3, 5, 7, 9, 11)),
    "PCA, first": (first, (0, 1, 2, 4, 8, 16, 32, 48, 56)),
    "PCA, large": (large, (1.5, 2.0, 2.5, 3.0, 3.5)),
    "non-local means": (non_local, (0.4, 0.6, 0.8, 1.0)),
}
levels = (0.05, 0.1, 0.2)
judges, chosen = {"PSNR": decibels, "SSIM": measures.ssim}, {}
for level in levels:
    noisy_strip = noisy_copy(strip, level, 100)
    for name, (method, settings) in methods.items():
        tried = {one: np.clip(method(noisy_strip, level, one), 0, 1)
                 for one in settings}
        for measure, judge in judges.items():
            chosen[name, level, measure] = patches.choose(
                settings, tried.get, functools.partial(judge, strip))
for name in methods:
    print(f"{name:16}", *(
        f"at {level}: {chosen[name, level, 'PSNR']} and "
        f"{chosen[name, level, 'SSIM']};  " for level in levels))
ends = [f"{name} at {level}, {measure}: {one}"
        for (name, level, measure), one in chosen.items()
        if one in (methods[name][1][0], methods[name][1][-1])]
print("at an end of its list:", "; ".join(ends) or "none")

# %% [markdown]
# Now the test, once: the flower, three noise levels, and three draws of the noise, each
# with the network of that seed. Beside the methods stand two controls, which ought to
# do badly: the plain autoencoder, and the denoiser when it is told half of the true
# level. (A filter has a setting for each measure: its two numbers in the table are of two
# pictures, unless both settings are the same.)

# %%
def cleaned_flower(level, seed):
    noisy = noisy_copy(flower, level, seed)
    found = {"noisy": dict.fromkeys(judges, noisy)}
    for name, (method, _) in methods.items():
        by = {one: method(noisy, level, one) for one in {
            chosen[name, level, measure] for measure in judges}}
        found[name] = {measure: by[chosen[name, level, measure]]
                       for measure in judges}
    for name, denoiser, say in (
            ("denoiser", denoisers[seed], level),
            ("control: plain AE", plain, level),
            ("control: told half", denoisers[seed], level / 2)):
        denoise = patches.told(denoiser, say)
        found[name] = dict.fromkeys(
            judges, clean_picture(denoise, noisy, 8, pace))
    return found

# %%
# In full this takes about 40 seconds on two cores.
results, shown = {}, {}
for level in levels:
    for seed in seeds:
        shown[level, seed] = cleaned_flower(level, seed)
        for name, one in shown[level, seed].items():
            results.setdefault((level, name), []).append(
                [judge(flower, np.clip(one[measure], 0, 1))
                 for measure, judge in judges.items()])

# %%
names = list(shown[0.1, 0])
print(f"{'':20}" + "".join(f"{f'noise {one}':>20}" for one in levels))
for name in names:
    cells = []
    for level in levels:
        dB, alike = np.mean(results[level, name], axis=0)
        spread = np.ptp(np.array(results[level, name])[:, 0]) / 2
        cells.append(f"{dB:9.2f} ± {spread:.2f}  {alike:.3f}")
    print(f"{name:20}" + "".join(f"{cell:>20}" for cell in cells))
print("(PSNR in dB ± half the distance of the extremes; SSIM)")
for place, measure in enumerate(judges):
    for level in levels:
        table = {name: np.array(results[level, name])[:, place]
                 for name in names}
        best = max(methods, key=lambda name: table[name].mean())
        gaps = table["denoiser"] - table[best]
        word = ("better" if gaps.min() > 0 else "worse" if gaps.max() < 0
                else "undecided")
        print(f"{measure} at {level}: denoiser less the best baseline "
              f"({best}) {gaps.min():+.3f} to {gaps.max():+.3f}: {word}")

# %%
claims = {
    "the plain autoencoder is less than 3 dB above the noisy photograph": all(
        np.mean(results[level, "control: plain AE"], axis=0)[0]
        < np.mean(results[level, "noisy"], axis=0)[0] + 3
        for level in levels),
    "told half of the level, the denoiser has a lower PSNR at every level": (
        all(np.mean(results[level, "control: told half"], axis=0)[0]
            < np.mean(results[level, "denoiser"], axis=0)[0]
            for level in levels)),
    "the two measures name the same best baseline at every level": all(
        len({max(methods, key=lambda name: np.mean(
            results[level, name], axis=0)[place]) for place in (0, 1)}) == 1
        for level in levels),
}
for claim, holds in claims.items():
    print("yes" if holds else "NO ", claim)

# %% [markdown]
# What did it cost the filters that their settings are those of the strip? Afterwards, and
# for no result, we look up what the flower's own best setting would have given at a noise
# of 0.1.

# %%
# In full this takes about 10 seconds on two cores.
noisy = noisy_copy(flower, 0.1, 0)
for name, (method, settings) in methods.items():
    tried = {one: decibels(flower, np.clip(method(noisy, 0.1, one), 0, 1))
             for one in settings}
    mine, own = chosen[name, 0.1, "PSNR"], max(tried, key=tried.get)
    print(f"{name:16} {tried[mine]:.1f} dB with {mine}, the strip's;  "
          f"{tried[own]:.1f} dB with {own}, the flower's")
denoise = patches.told(denoisers[0], 0.1)
by_step = {step: decibels(flower, clean_picture(denoise, noisy, 8, step))
           for step in pick(full=(8, 4, 2, 1), fast=(8, 2))}
print("denoiser", "".join(
    f"  {dB:.2f} dB at step {step}," for step, dB in by_step.items()))

# %% [markdown]
# In full "PCA, first" does better with *more* noise in the table, at 0.2 than at 0.1: at
# 0.1 it has the strip's setting, far from the flower's own. That is what a validation
# picture unlike the test picture costs, and a filter may look worse by it than it is. The
# last line is about the mean of overlapping patches: at step 8 most pixels have one answer,
# at step 2 most have sixteen.
#
# The lines below the table say how far the claim holds that a denoiser of patches, trained
# on one photograph, is better than filters that learn little or nothing. Where it says
# "worse", the claim has failed, and the form below is there so that you can say so. Why,
# we did not test: more patches, larger ones and longer training are the first things to
# try. Read the lines with care:
#
# - Draw of the noise and training change together: the three results say how much *both*
#   vary. There is one test photograph. Whether the order of the methods is the same for
#   others, three seeds cannot tell: that takes more photographs.
# - The strongest baseline is the one to compare with; which one it is, we read off the
#   test, and if chance lifts it, that counts against us. In full the denoiser is above the
#   median filter at every level: beside that alone it would look like progress.
# - The denoiser has learned from one photograph. The published networks of its kind
#   (Burger and others, 2012) use larger patches and millions of them.

# %%
window = slice(150, 278), slice(170, 298)
crops = {"clean\n": flower[window]}
for name in ("noisy", "median filter", "PCA, large", "non-local means",
             "denoiser"):
    one = np.clip(shown[0.1, 0][name]["PSNR"], 0, 1)
    title = (f"{decibels(flower, one):.1f} dB, "
             f"SSIM {measures.ssim(flower, one):.2f}")
    crops[f"{name}\n{title}"] = one[window]
plots.show_photographs(
    crops,
    alt="Six crops of the flower: clean, noisy, and cleaned by median filter, "
    "PCA, non-local means and the denoiser.",
)

# %% [markdown]
# **Figure 14.3.** A part of the flower at a noise of 0.1, and what four methods make of
# it, with the settings for PSNR; the numbers are of the whole photograph.

# %% [markdown]
# The noise level of a photograph of your own you do not know. It can be estimated: in each
# square of 2 × 2 pixels, take one diagonal less the other, and half of it (the finest
# *wavelet details* of Haar). Where a picture is smooth this is noise alone, with the
# deviation of the pixels' noise, and the median of its size is 0.6745 deviations (Donoho
# and Johnstone, 1994; scikit-image's `restoration.estimate_sigma` has longer wavelets).

# %%
def estimated_level(picture):
    down, right = (side // 2 * 2 for side in picture.shape)
    x = picture[:down, :right]
    details = (x[::2, ::2] - x[1::2, ::2] - x[::2, 1::2] + x[1::2, 1::2]) / 2
    return np.median(np.abs(details)) / 0.6745


print("noise level of the flower, and its estimate:", *(
    f"{level} {estimated_level(noisy_copy(flower, level, 0)):.3f};"
    for level in levels))

# %%
window = slice(166, 262), slice(186, 282)
noisy_window = noisy[window]
widgets.explore_strength(
    flower[window], noisy_window,
    {told: clean_picture(
        patches.told(denoisers[0], told), noisy_window, 8, 1)
     for told in (0.01, 0.03, 0.05, 0.1, 0.14, 0.2, 0.3)},
    alt="A noisy crop of the flower and five times the same, cleaned more and "
    "more strongly: grain at first, then smooth with edges, then blurred.",
)

# %% [markdown]
# **Figure 14.4.** The strength of the cleaning: the noise is 0.1, and the slider changes
# the level that the network is told (at step 1, and the numbers are of this part). Told too
# little, it leaves grain; told more, it smooths more, and the numbers say what that costs.
# Without a clean version you have the estimate and, by this slider, your eye.

# %% [markdown]
# ## Project two: the odd ones in a folder
#
# The second project begins with a folder of files. `data.load_folder` takes PNG, JPEG
# and BMP files, brings them to one size, and prints what it has refused and why. The
# topmost sub-folder in which a picture lies is its class. Two files that make the same
# array count once, and the split depends on the pictures and a seed, never on the names of
# files. (Of two photographs of one scene it knows nothing: what belongs together beyond
# that is for you to know, as in Exercise 14.2.)
#
# If you have pictures of your own, put their folder's path into `PATH`: a sub-folder
# with the usual ones, 80 or more, and one or more with odd ones, 25 or more in all. (Half
# of the usual ones are learned from, and a fifth of the odd ones is the least part.)
# Otherwise the next cells write such a folder, eights and a few other digits, load it, and
# remove it again. It holds a copy, a broken file and one that is no picture, as real
# folders do.

# %%
import shutil, tempfile
from pathlib import Path
from PIL import Image

PATH = None  # or your own folder, such as "~/Pictures/leaves"


def write_digits(place):
    # Of the embedded digits, what follows is changed copies of the first.
    count = 1_437 if digits.name == "digits" else 12_000
    some, labels = digits.train_images[:count], digits.train_labels[:count]
    for name, images in {
            "usual": some[labels == 8][: pick(full=800, fast=140)],
            "odd": some[labels != 8][: pick(full=240, fast=100)]}.items():
        (place / name).mkdir(parents=True)
        for number, image in enumerate(images):
            Image.fromarray(np.round(255 * image).astype("uint8")).save(
                place / name / f"{number:03}.png")
    shutil.copy(place / "usual/000.png", place / "usual/copy of 000.png")
    whole = (place / "odd/000.png").read_bytes()
    (place / "odd/broken.png").write_bytes(whole[:80])
    (place / "notes.txt").write_text("This is no picture.")

# %%
def is_enough(folder):
    counts = [np.bincount(folder.part(part)[1],
                          minlength=len(folder.class_names))
              for part in ("training", "validation", "test")]
    usual = counts[0].argmax()
    return counts[0][usual] >= 40 and min(
        one.sum() - one[usual] for one in counts) >= 5


with tempfile.TemporaryDirectory(prefix="pictures-", dir=".") as place:
    made = Path(place, "digits")
    write_digits(made)
    folder = data.load_folder(PATH or made, shares=(0.5, 0.2, 0.3))
    if not is_enough(folder):
        print("Too few: 80 usual ones, and 25 odd ones in sub-folders of "
              "their own, are needed. Going on with the digits.")
        folder = data.load_folder(made, shares=(0.5, 0.2, 0.3))

# %% [markdown]
# The class with the most pictures is the *usual* one, and every other picture is *odd*.
# The models learn from usual training pictures alone: what they cannot reconstruct is
# reported as odd. (What happens when odd ones are among them, we did not test.) The
# validation part chooses the size of the code, by ROC-AUC. The test part stays closed.

# %%
def vectors_of(part):
    images, labels, _ = folder.part(part)
    return images.reshape(len(images), -1), labels != usual


usual = np.bincount(folder.part("training")[1]).argmax()
train_vectors, train_odd = vectors_of("training")
usual_vectors = train_vectors[~train_odd]
valid_vectors, valid_odd = vectors_of("validation")
print(f"usual: {folder.class_names[usual]}, {len(usual_vectors)} to learn "
      f"from; validation {len(valid_odd)}, {valid_odd.sum()} of them odd")
few = min(10, valid_odd.sum(), (~valid_odd).sum())
plots.show_rows(
    {"usual": valid_vectors[~valid_odd][:few],
     "odd": valid_vectors[valid_odd][:few]},
    alt="A row of usual pictures above a row of odd ones, of the digits "
    "eights in many hands above other digits.",
)

# %% [markdown]
# **Figure 14.5.** Usual pictures and odd ones of the validation part, at most ten of each.

# %%
# In full this takes about 20 seconds on two cores.
def train_autoencoder(code_size, seed):
    keras.utils.set_random_seed(seed)
    autoencoder = models.chain(*models.build_dense(
        (usual_vectors.shape[1], 256, code_size)))
    training.train(
        autoencoder, usual_vectors, loss=losses.binary_cross_entropy,
        optimizer=keras.optimizers.Adam(2e-3), epochs=pick(full=60, fast=15),
        batch_size=min(50, len(usual_vectors)), seed=seed, progress=False)
    return lambda vectors: np.asarray(autoencoder(vectors))


def scores(reconstruct, vectors):
    return measures.squared_errors(vectors, reconstruct(vectors))


sizes = pick(full=(2, 4, 8, 16, 32), fast=(2, 8, 32))
nets = {size: [train_autoencoder(size, seed) for seed in seeds]
        for size in sizes}
lines = {size: measures.fit_pca_reconstruction(usual_vectors, size)
         for size in sizes}

# %%
found = {}
for size in sizes:
    areas = [measures.roc_auc(scores(net, valid_vectors), valid_odd)
             for net in nets[size]]
    line = measures.roc_auc(scores(lines[size], valid_vectors), valid_odd)
    found[size] = np.mean(areas), line
    print(f"code of {size:2}: validation AUC of the AE {np.mean(areas):.3f} "
          f"({min(areas):.3f} to {max(areas):.3f}), of PCA {line:.3f}")
ae_size, pca_size = (
    max(sizes, key=lambda size: found[size][place]) for place in (0, 1))
print(f"chosen: AE {ae_size}, PCA {pca_size}")

# %% [markdown]
# ## The interval of a difference
#
# Two areas on the same pictures are to be compared, and the question is whether
# another set of such pictures might have turned the order round. The *bootstrap
# (부트스트랩)* asks the set itself: draw as many pictures from it, with replacement, and
# compute the difference of the areas again; do this many times. The middle 95 % of the
# differences are an interval. It is *paired*: both methods are judged on the same
# resample, since easy pictures are easy for both. (Lesson 05 did this for means, and
# lesson 10 for the areas of each digit.)

# %% [markdown]
# ### Exercise 14.4 — Interval of a difference (2 points)
#
# *The idea itself, about 15 minutes.* `measures.roc_auc(scores, is_odd)` is one area.
# A resample with pictures of one kind only has none, and does not count.

# %% nbgrader={"schema_version": 3, "grade_id": "ch14-paired-interval", "grade": false, "locked": false, "solution": true, "task": false}
def paired_interval(scores, others, is_odd, draws):
    """Return the 95 % bootstrap interval of a difference of two areas.

    scores, others: (n,), of two methods, higher for odd pictures.
    is_odd: (n,), True for odd pictures.
    draws: (b, n), whole numbers: each row says which pictures are in that
    resample, some of them several times.
    Returns (low, high): 2.5 % of the differences, scores' area less
    others', are below low, and 2.5 % above high (np.percentile).
    """
    ### BEGIN SOLUTION
    gaps = []
    for rows in draws:
        odd = is_odd[rows]
        if odd.all() or not odd.any():
            continue
        gaps.append(measures.roc_auc(scores[rows], odd)
                    - measures.roc_auc(others[rows], odd))
    low, high = np.percentile(gaps, [2.5, 97.5])
    return low, high
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch14-paired-interval-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
paired_interval = check("14.4", paired_interval)

# %% [markdown]
# The test, once. Ours is the autoencoder, and our result is the mean of three areas, of
# three trainings. Its interval has to be of that mean: one resample given to your function
# has one difference, for both of its ends; the three trainings' differences are averaged
# for each resample, and the percentiles come last. Baselines: PCA, and the distance from
# the mean of the usual training pictures.

# %%
test_vectors, test_odd = vectors_of("test")
by_seed = [scores(net, test_vectors) for net in nets[ae_size]]
mean = usual_vectors.mean(axis=0)
base_scores = {
    "PCA": scores(lines[pca_size], test_vectors),
    "mean image": np.square(test_vectors - mean).sum(axis=1),
}
draws = np.random.default_rng(14).integers(len(test_odd), size=(
    pick(full=2_000, fast=300), len(test_odd)))
draws = [rows for rows in draws if 0 < test_odd[rows].sum() < len(rows)]


def interval_of_mean(others):
    gaps = [np.mean([paired_interval(one, others, test_odd, rows[None])[0]
                     for one in by_seed]) for rows in draws]
    return np.percentile(gaps, [2.5, 97.5])


measured = {"AE": [measures.roc_auc(one, test_odd) for one in by_seed]}
for name, one in base_scores.items():
    measured[name] = measures.roc_auc(one, test_odd)
    measured[f"AE - {name}"] = interval_of_mean(one)

# %% [markdown]
# Control: the study with the labels shuffled in all three parts, again and again: PCA is
# fitted to what is now called usual in the training part, its size is chosen on the
# validation part anew, and the area is that on the test part. (PCA, since it is quick;
# from one fit come the errors of all sizes.) The areas have to lie around 0.5, that of a
# score that knows nothing, and their mean close to it: above it, something of the test has
# reached the choice. To see such a case, the last number is that of a size chosen on the
# test part.

# %%
from sklearn.decomposition import PCA


def shuffled_study(seed):
    rng = np.random.default_rng(seed)
    train, valid, test = (
        rng.permutation(odd) for odd in (train_odd, valid_odd, test_odd))
    fitted = PCA(max(sizes), svd_solver="arpack", random_state=seed)
    fitted.fit(train_vectors[~train])

    def errors(vectors):  # (sizes, n): the square, less that of the codes
        squares = np.square(vectors - fitted.mean_).sum(axis=1)
        codes = np.square(fitted.transform(vectors)).cumsum(axis=1)
        return squares - codes.T[np.array(sizes) - 1]

    found = errors(test_vectors)
    by_valid = [measures.roc_auc(one, valid) for one in errors(valid_vectors)]
    by_test = [measures.roc_auc(one, test) for one in found]
    place = np.argmax(by_valid)
    return by_test[place], max(by_test), (found[place], test)

# %%
areas, leaky, controls = zip(*[
    shuffled_study(seed) for seed in range(pick(full=100, fast=30))])
measured["shuffled"] = tuple(np.percentile(areas, [2.5, 97.5]))
print(f"test: {len(test_odd)} pictures, {test_odd.sum()} of them odd")
for name, value in measured.items():
    shown_as = ", ".join(f"{one:+.3f}" if " - " in name else f"{one:.3f}"
                         for one in np.atleast_1d(value))
    print(f"{name:16} {shown_as}")
error = np.std(areas) / len(areas)**0.5
print(f"shuffled labels, mean area {np.mean(areas):.3f} (standard error "
      f"{error:.3f}); the size chosen on the test part: {np.mean(leaky):.3f}")
pair = [[measures.roc_auc(one[rows], test_odd[rows]) for rows in draws]
        for one in (by_seed[0], base_scores["PCA"])]
print("areas of AE and PCA over the resamples: correlation "
      f"{np.corrcoef(pair)[0, 1]:.2f}")

# %%
curves = {"autoencoder, seed 0": (by_seed[0], test_odd)}
curves |= {name: (one, test_odd) for name, one in base_scores.items()}
curves["control, shuffled"] = controls[0]
plots.show_roc(
    {f"{name}: {measures.roc_auc(*curve):.2f}": curve
     for name, curve in curves.items()},
    alt="ROC curves of the autoencoder, PCA and the mean image above the "
    "diagonal, and of the control near it.",
)

# %% [markdown]
# **Figure 14.6.** The odd pictures of the test part ("anomalies" on the axes; the usual ones
# are "normal"), found by three scores and by one of the shuffled studies. Behind each name
# is the area. The interval that is printed above the figure is for another set of test
# pictures. Other training pictures, and another choice of the sizes, are not in it; how
# much trainings differ, the three areas show. The correlation says how far two methods'
# areas rise and fall together from one resample to the next: it is what pairing removes.

# %%
order = np.argsort(-by_seed[0])
print("odd among the ten oddest:", int(test_odd[order[:10]].sum()),
      " among the ten least odd:", int(test_odd[order[-10:]].sum()))
plots.show_rows(
    {"oddest": test_vectors[order[:10]],
     "reconstructed": nets[ae_size][0](test_vectors[order[:10]]),
     "least odd": test_vectors[order[-10:]]},
    alt="The ten pictures with the largest error, what the autoencoder makes "
    "of them, and the ten with the smallest error.",
)

# %% [markdown]
# **Figure 14.7.** The ten pictures of the test part that the autoencoder of seed 0 finds
# hardest, its reconstructions, and the ten it finds easiest. With a folder of your own this
# figure is the result: look at it before you believe the area.

# %% [markdown]
# ## The form of a study
#
# A reader cannot see from a number whether it is right. The form of a study tells at least
# whether another result was possible: whether it had a baseline that might have won, a
# control, a test that was not used before. Write a study down as a record:
#
# | entry | what it holds |
# |---|---|
# | `ours` | list of our results on the test, one per seed; higher is better |
# | `baselines` | dict: name of a baseline -> its result on the test |
# | `control` | interval (low, high) of the control's result, or None |
# | `chance` | what the control has to give |
# | `chosen_on` | the part on which settings were chosen: a text |
# | `test_uses` | how often the test part was looked at |
# | `interval` | (low, high) of ours less the *strongest* baseline, or None |
# | `verdict` | "better", "worse" or "undecided" |

# %% [markdown]
# ### Exercise 14.5 — What is wrong with a study (2 points)
#
# *The idea itself, about 20 minutes.* You are the reader. Return the names of the
# faults of a record, in any order, each once; an empty list if there are none:
#
# - `"seeds"`: fewer than three results of ours;
# - `"baseline"`: no baseline;
# - `"control"`: none, or chance is not within its interval (ends included);
# - `"test"`: settings not chosen on `"validation"`, or the test not used exactly once;
# - `"interval"`: none; or, where there are baselines, the mean of ours less the
#   strongest of them is not within it, so that it is the interval of something else;
# - `"verdict"`: not what the interval says. "better" takes an interval above 0, "worse"
#   one below 0, both without 0 as an end; anything else is "undecided", also where there
#   is no interval.

# %% nbgrader={"schema_version": 3, "grade_id": "ch14-faults", "grade": false, "locked": false, "solution": true, "task": false}
def faults(study):
    """Return the names of what is wrong with a study.

    study: dict with the eight entries of the table above.
    Returns a list of "seeds", "baseline", "control", "test", "interval"
    and "verdict", as far as they apply.
    """
    ### BEGIN SOLUTION
    found = []
    if len(study["ours"]) < 3:
        found.append("seeds")
    if not study["baselines"]:
        found.append("baseline")
    control, interval = study["control"], study["interval"]
    if control is None or not control[0] <= study["chance"] <= control[1]:
        found.append("control")
    if study["chosen_on"] != "validation" or study["test_uses"] != 1:
        found.append("test")
    says = "undecided"
    if interval is None:
        found.append("interval")
    else:
        low, high = interval
        says = "better" if low > 0 else "worse" if high < 0 else says
        if study["baselines"]:
            strongest = max(study["baselines"].values())
            if not low <= np.mean(study["ours"]) - strongest <= high:
                found.append("interval")
    return found + (["verdict"] if study["verdict"] != says else [])
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch14-faults-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
faults = check("14.5", faults)

# %% [markdown]
# ### Exercise 14.6 — Your study (1 point)
#
# *Open question, about 10 minutes.* Write the record of this second project. Your
# function gets what was measured, so that it holds for a folder of your own, too. It is
# checked for its form, on made-up measurements, and not for whether you came out ahead.

# %% nbgrader={"schema_version": 3, "grade_id": "ch14-my-study", "grade": false, "locked": false, "solution": true, "task": false}
def my_study(measured):
    """Return the record of the study, a dict with its eight entries.

    measured: dict. "AE": list of areas, one per seed. "PCA" and "mean
    image": areas of the baselines. "shuffled": interval of the control.
    "AE - PCA" and "AE - mean image": intervals of the differences.
    """
    ### BEGIN SOLUTION
    baselines = {name: measured[name] for name in ("PCA", "mean image")}
    strongest = max(baselines, key=baselines.get)
    low, high = measured[f"AE - {strongest}"]
    return {
        "ours": measured["AE"],
        "baselines": baselines,
        "control": measured["shuffled"],
        "chance": 0.5,
        "chosen_on": "validation",
        "test_uses": 1,
        "interval": (low, high),
        "verdict": ("better" if low > 0 else "worse" if high < 0
                    else "undecided"),
    }
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch14-my-study-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
my_study = check("14.6", my_study)

# %%
study = my_study(measured)
for entry, value in study.items():
    print(f"{entry:10}", np.round(value, 3) if entry in (
        "ours", "control", "interval") else value)
print("what a reader would object to:", faults(study) or "nothing")

# %% [markdown]
# "Worse" and "undecided" are results like any other: the form is right, and the reader
# knows what to expect. (And the form is not all: it cannot see whether the pictures
# were collected well, or whether the question was worth asking.)
#
# **A page to hand in.** Save this notebook after all cells have run, and type in a
# terminal, in the folder of the course,
#
# `make export NB=14` &nbsp; or &nbsp; `python -m helpers export 14`
#
# This writes one HTML page with text, formulas, figures and the slider of Figure 14.4,
# which opens in any browser without Python. Add a text cell at the top of your copy
# with your question, and what you conclude, in three sentences.

# %% [markdown]
# ## What to take with you
#
# - What belongs together stays on one side of a split: copies, patches of one
#   photograph, pictures of one person. With labels that are coins, a leak flattered the
#   nearest neighbour most, and a vote of many neighbours less.
# - Overlapping patches make many training examples of one photograph, and the mean of
#   their answers is better than one answer for each pixel (step 2 against step 8).
# - One network was used for all noise levels, which are divided out. Against one for each
#   level, or one that is not told the level, we did not test it.
# - PSNR and SSIM need not agree: name the measure before the test.
# - The strongest baseline is the one that counts, and it may be an old one.
# - Settings are chosen on validation images, the test is opened once, and a difference
#   comes with the interval of that difference: of the mean, where a mean is reported.
# - A control repeats the whole study, its choices too. A verdict says no more than its
#   interval, and the interval only what another set of test pictures might change.

# %% [markdown]
# ## Where to read on
#
# - Z. Wang, A. C. Bovik, H. R. Sheikh and E. P. Simoncelli, *Image quality assessment:
#   from error visibility to structural similarity*, IEEE Transactions on Image
#   Processing 13, 2004: SSIM, and the pictures of equal squared error.
# - H. C. Burger, C. J. Schuler and S. Harmeling, *Image denoising: can plain neural
#   networks compete with BM3D?*, CVPR 2012: dense networks on patches, at full size.
# - D. L. Donoho and I. M. Johnstone, *Ideal spatial adaptation by wavelet shrinkage*,
#   Biometrika 81, 1994: thresholds, and the noise level estimated from the picture.
# - A. Buades, B. Coll and J.-M. Morel, *A non-local algorithm for image denoising*,
#   CVPR 2005; and the examples on denoising in scikit-image's gallery, to try on a
#   photograph of yours.

# %% [markdown]
# ## Questions to think about
#
# **1.** The settings of the baselines were chosen on a strip of the training
# photograph. Why might they not be the best ones for the flower, and why is it right
# all the same?
#
# <details><summary>One answer</summary>
#
# The strip is half sky and half leaves; the flower's picture is smooth nearly everywhere,
# and would bear stronger smoothing: two filters have another best setting there, as the
# lines below the table say. But on the day that you clean a new photograph, you have
# no clean version to choose by. Settings that were chosen on the test photograph would
# promise what nobody can have.
#
# </details>
#
# **2.** You clean a photograph that was taken at night and saved as JPEG. What of this
# lesson does not hold there?
#
# <details><summary>One answer</summary>
#
# The noise of a sensor grows with the light, the camera has already smoothed it, and
# JPEG has cut the picture into blocks: neighbouring pixels no longer have independent
# noise of one deviation. A network that was trained on normal noise will leave some of
# it, or sharpen the blocks. Training pairs with such noise would be the way: many short
# exposures of one scene, and their mean as the clean one.
#
# </details>
#
# **3.** Your folder has 2 odd pictures and 500 usual ones. Is there a study in it?
#
# <details><summary>One answer</summary>
#
# Not with an interval that says anything: with one odd picture in the test, the area is
# the rank of that one; the cells above go on with the digits then. You can still learn
# from the usual ones, sort the folder by its errors and look at the first row, and say
# that this is all you did.
#
# </details>

# %%
score()

# %%
about.versions()
