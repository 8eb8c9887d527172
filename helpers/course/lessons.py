"""The lessons of the course, in order: what each is about and what it builds on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Args:
        number: two digits, for example ``"03"``.
        topic: the part of the file name after the number.
        title: a few words.
        points: points of its exercises.
        builds_on: numbers of the lessons that it needs.
    """

    number: str
    topic: str
    title: str
    points: int
    builds_on: tuple[str, ...] = ()


LESSONS = (
    Lesson("00", "start_here", "Start here", 0),
    Lesson("01", "unsupervised", "Unsupervised learning", 14, ("00",)),
    Lesson("02", "pca", "PCA, the linear autoencoder", 16, ("01",)),
    Lesson("03", "basic_autoencoder", "Basic autoencoder", 18, ("02",)),
    Lesson("04", "deep_autoencoder", "Deep autoencoder", 18, ("03",)),
    Lesson("05", "denoising_autoencoder", "Denoising autoencoder", 18, ("04",)),
    Lesson("06", "latent_clustering", "Latent clustering", 16, ("04",)),
    Lesson("07", "architectures", "Other architectures", 12, ("06",)),
    Lesson("08", "sparse", "Sparse codes", 12, ("05",)),
    Lesson("09", "pretraining", "Pretraining", 12, ("04", "05")),
    Lesson("10", "generative", "Generative models", 12, ("05",)),
    Lesson("11", "diffusion", "Diffusion", 12, ("05", "10")),
)
CORE = tuple(lesson for lesson in LESSONS if "01" <= lesson.number <= "06")
