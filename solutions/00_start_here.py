# %% [markdown]
# # 00 Start here
#
# Welcome. This page takes ten minutes and gives no points. It shows an
# autoencoder at work, how the exercises answer you, and where the course goes.
#
# Run a cell with **Shift+Enter**. Run them all, in order, from the top.

# %%
try:
    from helpers.course import about
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, losses, models, plots, training, widgets
from helpers.checks import check, hint, predicted, score
from helpers.course import pick
import keras, numpy as np

digits = data.load("auto")

# %% [markdown]
# That line tells you which images you have, and how to get the others. The
# course runs on both kinds: MNIST's 70,000 handwritten digits, and, where there
# is no network, the 1,797 digits that come with scikit-learn. The numbers that
# the course quotes are MNIST's. Where a cell says `pick(full=..., fast=...)`,
# you get the first number; the second is for a quick test of the whole course
# (`AE_PROFILE=fast`), whose results mean little.

# %% [markdown]
# ## An autoencoder at work
#
# The next cell trains one, in some seconds: a network that turns each image
# into two numbers, and draws the image again from these two. Nobody tells it
# which digit is which.

# %%
# In full this takes about 10 seconds on two cores.
images = digits.train_vectors[: pick(full=20_000, fast=2_000)]
keras.utils.set_random_seed(0)
encoder, decoder = models.build_deep(2, (256, 64))
training.train(
    models.chain(encoder, decoder),
    images,
    loss=losses.l2,
    optimizer=keras.optimizers.Adam(0.01),
    epochs=pick(full=120_000, fast=40_000) // len(images),
    batch_size=100,
)
widgets.explore_latent(
    decoder,
    encoder(digits.test_vectors[:2_000]).numpy(),
    digits.test_labels[:2_000],
    images=digits.test_vectors[:2_000],
    alt="Left, a map of test images by their two numbers, some digits in an "
    "area of their own, others on top of each other; right, what the network "
    "draws at each place of it.",
)

# %% [markdown]
# **Figure 0.1.** Left, every dot is a test image, which the network was not
# trained on (a few lie outside the frame); its place is the two numbers that the *encoder* makes of it, and its
# colour is its label, which the network never got. Right, what the *decoder* draws
# at each place. In JupyterLab, move the two sliders, click on the map, or use the
# arrow keys: the picture below the map is drawn anew by the decoder each time.

# %%
plots.show_network(
    plots.Network(
        [("image $x$", 784), ("", 256), ("", 64), ("code $z$", 2),
         ("", 64), ("", 256), ("output $y$", 784)],
        code=3,
        compared=[(0, 6, "the loss compares the output with the image")],
    ),
    alt="Seven columns of units: 784, 256, 64, a code of 2, 64, 256, 784. The "
    "first four are the encoder, the last four the decoder; a bracket joins "
    "output and image.",
)

# %% [markdown]
# **Figure 0.2.** The network that you have just trained. Each circle is a unit
# that holds one number; each line is a weight, one of the numbers that training
# sets. Training makes the *loss* small, the difference between output and image.
# All that the decoder gets is the two numbers in the middle, the *code*: to
# draw well from so little, it has to use what images have in common. Much of this
# course is about what the middle has learned, and how to tell whether it has.

# %% [markdown]
# ## The images

# %%
plots.show_images(
    digits.test_images[:25],
    columns=13,
    titles=[str(label) for label in digits.test_labels[:25]],
    alt="Twenty-five handwritten digits in two rows, each under its label.",
)

# %% [markdown]
# **Figure 0.3.** The first 25 test images and their labels. Each is 28 × 28
# numbers between 0 (paper) and 1 (ink), 784 in all. An autoencoder is never shown
# the labels; they are here for you, and for measuring.

# %% [markdown]
# ## How an exercise works
#
# An exercise is a function with a TODO. Under it stands a check. Before you
# write anything, run the next two cells as they are and read what the check
# says.

# %% [markdown]
# ### Exercise 0.1 — Average image (0 points)
#
# *Practice, about 3 minutes.* Replace the TODO so that the function
# returns the average of many images, pixel by pixel.

# %% nbgrader={"schema_version": 3, "grade_id": "ch00-average-image", "grade": false, "locked": false, "solution": true, "task": false}
def average_image(images):
    """Return the mean of each pixel over the images.

    images: (n, 28, 28).  Returns (28, 28).
    """
    ### BEGIN SOLUTION
    return np.mean(images, axis=0)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch00-average-image-check", "grade": true, "locked": true, "points": 0, "solution": false, "task": false}
average_image = check("0.1", average_image)

# %% [markdown]
# Three things to know about every check.
#
# - **Nothing ever stops you.** While your answer is not right, `check` hands
#   back a reference, and the lesson goes on with that. The picture below is
#   there already; once your answer is right it is drawn by your own function.
# - **It says what is wrong, not only that.** Try it: return
#   `np.mean(images)` and check again, then `np.sum(images, axis=0)`.
# - **Hints come one at a time.** Type `hint("0.1")` in a new cell, and run it
#   again for the next one.
#
# Before some results a lesson asks what you expect. A line that ends in
# `# prediction` is yours to fill in: write a number (or a choice) in place of the
# dots. It earns no points, and the lesson goes on without it. It is there so that
# you notice where a result is not what you expected.

# %%
# Of all pixel values of all training images: which share, from 0 to 1, is
# above 0?
inked_guess = 0.5  # prediction

# %%
inked = np.mean(digits.train_images > 0)
predicted(inked_guess, inked, "of all pixels have ink")

# %% [markdown]
# An error is small or large only beside a second number: whoever answers "no ink"
# everywhere has most pixels right, by the share above.

# %%
averages = [
    average_image(digits.train_images[digits.train_labels == digit])
    for digit in range(10)
]
plots.show_images(
    np.stack(averages),
    titles=[str(digit) for digit in range(10)],
    alt="Ten blurred digits, 0 to 9: the average image of each kind.",
)

# %% [markdown]
# **Figure 0.4.** The average of all training images of each digit. Readable,
# and blurred: no single image looks like this. How far apart images of the same
# digit can be, and what they share all the same, is what this course is about.

# %% [markdown]
# At the end of each lesson, `score()` adds up your points. It never sends
# anything anywhere.

# %%
score()

# %% [markdown]
# ## Where the course goes
#
# The network of Figure 0.2 is behind all of it, in many forms: an encoder that
# turns an image into a short code, and a decoder that draws the image again.

# %%
plots.show_course_map()

# %% [markdown]
# **Figure 0.5.** The lessons, and what each builds on. The filled boxes are the
# core of the course and carry 100 points together. The others go beyond it: take
# any whose arrows you have followed.
#
# How far are you? The next cell computes your points in every lesson from the
# answers in the *saved* notebooks of this folder: save first. A lesson that you
# have worked in takes it a while, once for each change; what it found is kept.

# %%
from helpers.work import show_progress

show_progress()

# %% [markdown]
# ## Where the course comes from
#
# It grew from five sources, and the lessons refer to them by number:
#
# 1. the review by Namgung of a tutorial at KCC 2019 (Choi), with its lab in
#    TensorFlow 1, "the lab of 2019";
# 2. a blog post of July 2023 on autoencoders, convolutions and t-SNE;
# 3. a slide deck on chapter 17 of *Hands-On Machine Learning*, 2021;
# 4. a blog post of July 2020, notes on Lee's lecture *All about autoencoders*;
# 5. a seminar deck of January 2022 on manifold learning and autoencoders.
#
# What they print, the course computes again and sets beside it, with figures
# from the papers behind them.

# %% [markdown]
# ## Glossary
#
# The terms of the course and some of its field, with the Korean ones of its sources.
# What a lesson uses, it explains where it first appears.
#
# | term | Korean | in a few words |
# |---|---|---|
# | ablation | 절제 | switching off a part of a network to see what changes |
# | adversarial training | 적대적 학습 | two networks that train against each other; elsewhere, training on inputs made to deceive |
# | amortisation gap | 상각 격차 | what the error loses because one pass through an encoder stands in for a search for the best code of each image |
# | anomaly detection | 이상치 탐지 | finding what does not belong |
# | approximate posterior | 근사 사후 분포 | what the encoder of a variational autoencoder names in place of the posterior |
# | attention | 어텐션 | a layer that looks at all steps at once, and learns which to look at |
# | attention head, multi-head attention | 어텐션 헤드, 멀티헤드 어텐션 | several attentions side by side, each with matrices of its own |
# | auto-associator, diabolo, sandglass | 자기 연상 신경망, 디아볼로, 모래시계 | other names of the autoencoder in its sources |
# | autoencoder | 오토인코더 | a network trained to return its input |
# | backpropagation | 역전파 | the chain rule, from the loss back to every weight |
# | baseline | 기준선 | the simple method that a result has to beat |
# | batch normalisation | 배치 정규화 | rescaling each unit over the batch |
# | batch, mini-batch | 배치, 미니배치 | the images of one training step |
# | bootstrap | 부트스트랩 | sampling from a sample, with replacement, to see how far a result moves |
# | bottleneck | 병목 | the narrow layer in its middle |
# | classifier | 분류기 | a model that answers with a label |
# | classifier-free guidance | 분류기 없는 가이던스 | guidance by one network, trained with the label and now and then without |
# | clustering | 군집화 | finding groups without labels |
# | code, latent vector | 코드, 잠재 벡터 | the numbers in that layer |
# | conditional | 조건부 | told the label beside the code |
# | conditional generation | 조건부 생성 | making samples of a kind that is asked for |
# | confidence interval | 신뢰 구간 | made so that 95 of 100 such intervals hold the true value |
# | control | 대조군 | the same measurement where nothing should be found, or where the answer is known |
# | convolution | 합성곱 | one small kernel at every place of an image |
# | corruption, corruption level | 왜곡 | noise put into an image on purpose, and how much of it |
# | cross-attention, self-attention | 교차 어텐션, 셀프 어텐션 | attention to other tokens; among the same ones |
# | cross-entropy | 교차 엔트로피 | a loss that reads outputs as probabilities |
# | curse of dimensionality | 차원의 저주 | what many dimensions do to distances |
# | dead unit | 죽은 유닛 | a unit that is 0 for every image |
# | decoder | 디코더 | from code to image |
# | denoising | 잡음 제거 | returning the clean image from a damaged one |
# | dictionary | 사전 | what each unit of a code adds to the image, a row per unit |
# | diffusion model | 확산 모델 | a generative model that removes noise step by step, from nothing but noise |
# | dimensionality reduction | 차원 축소 | describing images by fewer numbers |
# | discriminator | 판별자 | the network that tells real from made, in a generative adversarial network |
# | early stopping | 조기 종료 | ending training when the validation loss rises |
# | encoder | 인코더 | from image to code |
# | entropy | 엔트로피 | how uncertain a distribution is, in nats; as a power of e, how many kinds there are |
# | epoch | 에포크 | one pass over all training images |
# | Euler's method, Heun's method | 오일러 방법, 호인 방법 | steps along the slope where one stands; along the mean of two slopes |
# | evidence lower bound, ELBO | 증거 하한 | what log p(x) is at least: minus reconstruction, minus KL |
# | false alarm | 오경보 | a normal image that is reported as an anomaly |
# | feature, hidden representation | 특징, 은닉 표현 | what a hidden layer makes of an image |
# | fine-tuning | 미세 조정 | going on with labels from pretrained weights |
# | Fréchet distance | 프레셰 거리 | how far apart two sets of images are, by the means and covariances of their features |
# | gate | 게이트 | a number from 0 to 1 that says how much is let through |
# | generative adversarial network, GAN | 생성적 적대 신경망 | a generator of images and a discriminator, trained against each other |
# | generative model | 생성 모델 | a model that makes new images |
# | generator | 생성자 | the network that is trained to fool a discriminator |
# | gradient clipping | 기울기 클리핑 | cutting gradients that are too long to a set length |
# | gradient descent | 경사 하강법 | moving each weight a little against its gradient |
# | guidance | 가이던스 | exaggerating what a label adds to a denoiser's answer |
# | hyperparameter | 하이퍼파라미터 | a setting that training does not change, such as the code size |
# | independent component analysis | 독립 성분 분석 | directions along which data are as far from normal as can be |
# | inductive bias | 귀납적 편향 | what a network takes for granted about its data |
# | inference | 추론 | using a trained network, without training it |
# | initialisation | 초기화 | how the first weights are set |
# | interference | 간섭 | what other features add when one is read off in superposition |
# | Kullback-Leibler divergence | 쿨백-라이블러 발산 | how far one distribution is from another |
# | L1 penalty | L1 규제 | a price on the sum of absolute activities |
# | latent diffusion | 잠재 확산 | diffusion in the code of an autoencoder |
# | latent variable | 잠재 변수 | a variable that is not observed; the code, in probabilistic models |
# | layer normalisation | 층 정규화 | bringing the numbers of one token to mean 0 and variance 1 |
# | leak | 데이터 누출 | something of the test that the training has seen |
# | learning rate | 학습률 | how far a step moves the weights |
# | least squares | 최소제곱 | asking for the smallest sum, or mean, of squared errors |
# | linear probe | 선형 탐침 | a linear classifier on a frozen code, to see what is in it |
# | logistic regression | 로지스틱 회귀 | a softmax layer alone, from inputs to classes |
# | long short-term memory (LSTM) | 장단기 메모리 | a recurrent layer with a memory and gates |
# | manifold | 다양체, 매니폴드 | the curved surface near which images lie |
# | masked autoencoder, mask token, mask ratio | 마스크 오토인코더, 마스크 토큰, 마스크 비율 | a network that fills in hidden patches; what stands in their place; the share that is hidden |
# | matching pursuit | 매칭 퍼슈트 | a sparse code found greedily: again and again the row that fits what is left |
# | mixture | 혼합 분포 | a distribution made of several, each with a weight |
# | moments | 적률 | mean, covariance, and means of higher powers |
# | momentum | 모멘텀 | a step that goes on with a part of the last ones |
# | nat | 내트 | the unit of information with the natural logarithm |
# | nonlinearity, activation function | 비선형성, 활성화 함수 | the function applied to each number after a layer's matrix product |
# | one-hot | 원-핫 | a label as numbers of which one is 1 and the others are 0 |
# | overcomplete, undercomplete code | 과완비, 불완비 코드 | a code of at least as many numbers as the image, of fewer |
# | overfitting | 과적합 | doing better on the training images than on new ones |
# | patch | 패치 | a small square cut out of an image |
# | permutation equivariance | 순열 등변성 | reorder the inputs, and the outputs are reordered in the same way |
# | population sparseness, lifetime sparseness | 모집단 희소성, 생애 희소성 | few active units for each image; few images for each unit |
# | positional embedding | 위치 임베딩 | a vector for each place, added to the token that stands there |
# | posterior | 사후 분포 | the distribution of the code, given the image |
# | posterior collapse | 사후 분포 붕괴 | a code that no longer depends on the image |
# | posterior probability | 사후 확률 | how probable a cause is, once its effect has been seen |
# | pretraining | 사전 학습 | learning without labels before learning with |
# | principal component analysis | 주성분 분석 | the best linear autoencoder |
# | prior | 사전 분포 | the distribution that codes are to have, fixed before training |
# | probability flow | 확률 흐름 | velocities that carry noisy points to data without fresh noise |
# | purity | 순도 | the share of the most frequent label in a group |
# | query, key, value | 쿼리, 키, 값 | what a token looks for, what it offers to be found by, and what it passes on |
# | reconstruction loss | 복원 오차 | how far the output is from the input |
# | recurrent network | 순환 신경망 | one layer, applied to step after step |
# | regularisation | 규제 | a price added to the loss |
# | reparameterisation | 재매개변수화 | a random number as mean plus deviation times noise, so that gradients pass |
# | residual connection | 잔차 연결 | adding a layer's input to its output |
# | restricted Boltzmann machine | 제한 볼츠만 머신 | two layers of units with one kernel for both directions; a relative of the autoencoder |
# | robust | 강건한 | little moved by noise |
# | ROC curve, ROC-AUC | ROC 곡선, 곡선 아래 면적 | anomalies found against false alarms at every threshold, and the area under it |
# | sample, sampling | 표본, 표집 | what comes at random from a distribution, and making it |
# | saturated unit | 포화 | a unit that answers 0 or 1 whatever it sees |
# | score | 스코어, 점수 | the gradient of the logarithm of a density; elsewhere a number that says how odd an image is, or your points |
# | self-supervised learning | 자기 지도 학습 | learning from targets made of the inputs themselves |
# | semi-supervised learning | 준지도 학습 | learning from a few labels and many images without |
# | softmax | 소프트맥스 | turns numbers into probabilities that add up to 1 |
# | sparse code | 희소 코드 | many units, few of them active at a time |
# | stacked | 적층 | several layers deep |
# | standard error | 표준 오차 | the standard deviation of a mean over repeated experiments |
# | step, iteration | 스텝, 반복 | one change of all weights, after one batch |
# | structural similarity, SSIM | 구조적 유사도 | how alike two pictures are, window by window |
# | superposition | 중첩 | more features than dimensions, as directions that are not perpendicular |
# | supervised learning | 지도 학습 (감독 학습) | learning with labels |
# | support vector machine | 서포트 벡터 머신 | a classifier by similarities to training images; it learns no features |
# | threshold | 임곗값 | the score above which an image is reported |
# | tied weights | 가중치 묶기 | one kernel for encoder and decoder |
# | token | 토큰 | the vector that stands for a patch in a transformer |
# | top-k autoencoder | 상위 k개 오토인코더 | only the k most active units of a code are kept for each image |
# | transformer | 트랜스포머 | a network of attention and of dense layers for each token |
# | transposed convolution | 전치 합성곱 | a convolution read backwards: it enlarges |
# | Tweedie's formula | 트위디 공식 | the best answer minus the noisy point is the variance of the noise times the score |
# | unit normal | 표준 정규 분포 | the normal distribution with mean 0 and variance 1 |
# | unsupervised learning | 비지도 학습 (비감독 학습) | learning without |
# | validation | 검증 | watching images that are not trained on |
# | variational autoencoder | 변분 오토인코더 | an autoencoder whose code is a distribution |
# | Welch bound | 웰치 한계 | the least that the squared cosines of so many directions can be on average |
# | β-VAE | β-VAE | a variational autoencoder with a weight before the KL |

# %% [markdown]
# If something does not run, the README has a section on it; the next cell
# prints what to quote when you ask for help.

# %%
about.versions()
