"""What lesson 05 says of its figures."""

from reading import Printed, Reading


def three_columns(run: Printed) -> bool:
    rows = run.rows(r"arrow (\S+)  score times variance (\S+)  slope times variance (\S+)")
    return len(rows) == 10 and all(max(row) - min(row) < 2e-4 for row in rows)


def answers_near_the_mean(run: Printed) -> bool:
    rows = run.rows(r"^  noisy +(\S+)  answer (\S+)  arrow")
    little, much = rows[:5], rows[5:]
    return all(
        abs(b - 0.5) < abs(a - 0.5) or a == b == 0.5
        for (_, a), (_, b) in zip(little, much, strict=True)
    )


def perfect_among_the_data(run: Printed) -> bool:
    return all(error < 0.5 for (error,) in run.rows(r"^  among the data +optimum +(\S+)"))


def the_plain_one_has_no_score(run: Printed) -> bool:
    (of_the_plain,) = run.rows(r"^plain AE +mean cosine .* off the score by (\d+)%")[0]
    (of_the_denoiser,) = run.rows(r"^DAE +mean cosine .* off the score by (\d+)%")[0]
    return of_the_denoiser < 70 < of_the_plain


READINGS = [
    Reading("The three columns agree:", three_columns),
    Reading("every answer moves towards their mean, 0.5:", answers_near_the_mean),
    Reading("Among the data that is all that is needed.", perfect_among_the_data),
    Reading("the plain one, which saw no noise, has none.", the_plain_one_has_no_score),
]
