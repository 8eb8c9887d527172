"""One thread meanwhile, and afterwards as many as before."""

import sklearn.cluster  # noqa: F401  (loads OpenMP and BLAS)
from threadpoolctl import threadpool_info, threadpool_limits

from helpers.course.threads import one_thread


def threads():
    return [pool["num_threads"] for pool in threadpool_info()]


def test_every_pool_has_one_thread_meanwhile():
    with threadpool_limits(2):
        before = threads()
        with one_thread():
            assert set(threads()) == {1}
        assert threads() == before
