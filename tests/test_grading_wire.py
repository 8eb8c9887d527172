"""The wire and its models: what goes in comes out, and nothing else is taken."""

import contextlib
import io
import json
import math
import socket
import struct
import time
import warnings
from fractions import Fraction

import keras
import numpy as np
import pytest
import tensorflow as tf
from grading_threads import ThreadRunner, connect, held

from helpers.checks.expect import NotYet, describe
from helpers.checks.guard import Guarded
from helpers.grading.trusted.remote import Lost, StudentError, clean
from helpers.grading.wire import codec, crossing
from helpers.grading.wire.codec import Channel, Codec, Timeout, WireError, pack, unpack


@pytest.fixture
def ends():
    """Return both ends of a connection."""
    pair = [Channel(one) for one in socket.socketpair()]
    yield pair
    for one in pair:
        one.close()


def round_trip(value, ends):
    sender, receiver = ends
    codec = Codec()
    sender.send({"value": codec.encode(value)}, codec.arrays)
    header, arrays = receiver.receive()
    return Codec(arrays=arrays).decode(header["value"])


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(10**30),
        0.1,
        math.inf,
        "ä\ud83d",
        [],
        (),
        [1, (2, [None])],
        {"a": {1: (2,)}},
    ],
    ids=repr,
)
def test_plain_values_come_back_as_they_were(ends, value):
    came = round_trip(value, ends)
    assert came == value and type(came) is type(value)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8", "bool", "complex64", "<U3", ">i4"])
def test_arrays_come_back_with_shape_and_type(ends, dtype):
    rng = np.random.default_rng(0)
    for shape in ((), (0, 3), (4, 5)):
        array = rng.integers(0, 9, size=shape).astype(dtype)
        came = round_trip(array, ends)
        assert came.dtype == array.dtype and came.shape == shape
        np.testing.assert_array_equal(came, array)
    scalar = round_trip(np.float32(0.5), ends)
    assert type(scalar) is np.float32 and scalar == 0.5


def test_objects_subclasses_and_depth_do_not_cross():
    class Liar(float):
        pass

    deep = []
    for _ in range(30):
        deep = [deep]
    for value in (object(), Liar(1), {object()}, np.array([object()]), deep):
        with pytest.raises(WireError):
            Codec().encode(value)
    sent = 0
    for _ in range(30):
        sent = {"list": [sent]}
    with pytest.raises(WireError, match="too deeply"):
        Codec().decode(sent)


@pytest.mark.parametrize(
    "data",
    [
        [1],
        {},
        {"list": 1},
        {"list": [], "tuple": []},
        {"array": 0},
        {"array": -1},
        {"array": True},
        {"dict": [[1]]},
        {"dict": [[{"list": []}, 1]]},
        {"eval": "1"},
        {"handle": {}},
    ],
    ids=json.dumps,
)
def test_what_encode_does_not_make_is_refused(data):
    with pytest.raises(WireError):
        Codec().decode(data)


def header(description):
    text = repr(description).encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def test_files_that_are_no_honest_array_are_refused():
    whole = pack(np.ones((3, 2)))
    np.testing.assert_array_equal(unpack(whole), np.ones((3, 2)))
    objects = io.BytesIO()
    np.save(objects, np.array([print], dtype=object), allow_pickle=True)
    huge = header({"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    negative = header({"descr": "<f8", "fortran_order": False, "shape": (-1, -1)})
    for content in (b"", b"x" * 200, whole[:-1], whole + b"x", objects.getvalue(), huge + b"x" * 8,
                    negative + b"x" * 8):  # fmt: skip
        with pytest.raises(WireError):
            unpack(content)


def test_frames_are_capped_before_anything_is_read(ends, monkeypatch):
    sender, receiver = ends
    raw = sender._connection
    for sizes in ((codec.MAX_HEADER + 1, 0), (2, codec.MAX_ARRAYS + 1)):
        raw.sendall(struct.pack("!2Q", *sizes))
        with pytest.raises(WireError):
            receiver.receive()
    raw.sendall(struct.pack("!3Q", 2, 1, codec.MAX_BYTES + 1))
    with pytest.raises(WireError):
        receiver.receive()
    for text in (b"[]", b"no", b"[" * 100_000):
        raw.sendall(struct.pack("!2Q", len(text), 0) + text)
        with pytest.raises(WireError):
            receiver.receive()
    monkeypatch.setattr(codec, "MAX_BYTES", 100)
    with pytest.raises(WireError):
        sender.send({}, [np.zeros(100)])


def test_silence_ends_at_the_deadline_and_a_hang_up_at_once(ends):
    sender, receiver = ends
    receiver.deadline = time.monotonic() + 0.1
    sender._connection.sendall(b"\0\0\0")
    with pytest.raises(Timeout):
        receiver.receive()
    sender.deadline = time.monotonic() + 0.1  # nobody takes what is sent
    with pytest.raises(Timeout):
        sender.send({}, [np.zeros(1_000_000)])
    receiver.deadline = None
    sender.close()
    with pytest.raises(EOFError):
        receiver.receive()


def test_texts_from_outside_are_one_clean_line():
    assert clean("\x1b[31mred\x1b[0m\n\u202eabc\x07") == "red  abc"
    assert len(clean("x" * 10_000)) == 300


def test_arrays_of_no_bytes_have_no_endless_rows():
    for shape in ((10**12, 0), (0, 10**15)):
        empty = header({"descr": "<f8", "fortran_order": False, "shape": shape})
        with pytest.raises(WireError):
            unpack(empty)
    with pytest.raises(WireError):
        unpack(header({"descr": "<U0", "fortran_order": False, "shape": (10**12,)}))
    assert unpack(pack(np.zeros((0, 784)))).shape == (0, 784)


def test_what_is_received_until_the_next_deadline_is_counted(ends):
    sender, receiver = ends
    receiver.budget = 1_000
    sender.send({"value": 1}, [np.zeros(50)])
    receiver.receive()
    sender.send({"value": 1}, [np.zeros(50)])
    with pytest.raises(WireError, match="all together"):
        receiver.receive()


def test_sets_and_what_numpy_reads_as_numbers_cross(ends):
    assert round_trip({1, 2}, ends) == {1, 2}
    assert round_trip(frozenset({"a"}), ends) == frozenset({"a"})
    halves = round_trip(np.array([Fraction(1, 2), 1], dtype=object), ends)
    assert halves.dtype == np.float64 and halves.tolist() == [0.5, 1]
    short = round_trip(np.array([0.5], tf.bfloat16.as_numpy_dtype), ends)
    assert short.dtype == np.float32 and short.tolist() == [0.5]


# What a check passes


class Thing:
    pass


def test_what_a_check_passes_arrives_as_what_it_is(answer):
    seen = []
    look = answer(lambda value: seen.append(value))
    for value in (tf.constant([1.0, 2.0]), range(3), np.sum):
        look(value)
    assert tf.is_tensor(seen[0]) and seen[0].numpy().tolist() == [1, 2]
    assert seen[1:] == [[0, 1, 2], np.sum]
    draw = answer(lambda rng: rng.random(3))
    np.testing.assert_array_equal(
        draw(np.random.default_rng(3)), np.random.default_rng(3).spawn(1)[0].random(3)
    )
    thing = Thing()
    pass_back = answer(lambda one=None: thing if one is None else one is thing)
    assert pass_back(pass_back()) is True
    with pytest.raises(WireError, match="a Thing does not cross"):
        look(Thing())


def test_a_function_of_the_check_s_is_called_on_the_check_s_side(answer):
    def double(x, times=1):
        return 2 * times * x

    def fail(x):
        raise KeyError("the expected values")

    def mute(x):
        return Thing()

    call = answer(lambda function, x: function(x, times=3) + function(x))
    assert call(double, np.ones(2)).tolist() == [8, 8]
    heard = []

    def listening(function, x):
        try:
            return function(x)
        except RuntimeError as problem:
            heard.append(str(problem))
            raise

    for function in (fail, mute):
        with pytest.raises(RuntimeError, match="when it was called"):
            answer(listening)(function, np.ones(2))
    assert heard == ["KeyError", "WireError"]  # an error's own words stay here


def test_a_runner_that_ends_while_it_waits_for_the_check_s_function_is_lost():
    remote, runner = connect(ThreadRunner, {"f": lambda function: function()})

    def end_it():
        runner._channel._connection.shutdown(socket.SHUT_RDWR)

    with pytest.raises(Lost, match="its process is gone") as lost:
        remote.answer("f")(end_it)
    assert lost.value.status == "crashed"
    remote.close()


def test_a_result_that_comes_after_its_time_is_lost(answer):
    looking = answer(lambda: 1)
    looking._runner.allow(-1)
    with pytest.raises(Lost) as lost:
        looking._runner.expect_time()
    assert lost.value.status == "time-out"


def test_a_result_that_does_not_cross_is_told_as_the_answer_s(answer):
    with pytest.raises(StudentError, match="cannot be used: an array of object does not cross"):
        answer(lambda: np.array([Thing()]))()


# Models: the check's own go over, those of an answer stay


def functional():
    inputs = keras.Input((6,))
    hidden = keras.layers.Dense(3, "sigmoid", kernel_regularizer="l2", name="code")(inputs)
    hidden = keras.ops.tanh(keras.layers.BatchNormalization()(hidden))
    return keras.Model(inputs, keras.layers.Dense(6, trainable=False)(hidden))


def sequential():
    layers = [keras.layers.Conv2D(2, 3), keras.layers.Flatten(), keras.layers.LeakyReLU(0.2)]
    return keras.Sequential([keras.Input((5, 5, 1)), *layers])


@pytest.mark.parametrize("build", [functional, sequential])
def test_a_model_of_the_checks_is_rebuilt_as_it_was(build):
    model = build()
    rng = np.random.default_rng(0)
    model.set_weights([rng.uniform(0.5, 1, size=w.shape) for w in model.get_weights()])
    again = crossing.from_config(json.loads(json.dumps(crossing.config_of(model))))
    again.set_weights(model.get_weights())
    inputs = rng.normal(size=(4, *model.input_shape[1:])).astype("float32")
    np.testing.assert_allclose(again(inputs), model(inputs), rtol=1e-6)
    assert [w.trainable for w in again.weights] == [w.trainable for w in model.weights]
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]


def part(model):
    return keras.Model(model.input, model.get_layer("code").output)


def copied(model):
    return keras.models.clone_model(part(model))


def frozen(model):
    model.trainable = False
    model.set_weights([0 * weight for weight in model.get_weights()])
    return model


@pytest.fixture
def answer():
    """Return a function that holds another one in a runner: what an answer is to a check."""
    with contextlib.ExitStack() as stack:
        yield lambda function: stack.enter_context(held(function))


def test_a_model_that_shares_weights_follows_them_and_a_copy_does_not(answer):
    whole, inputs = functional(), np.ones((2, 6), "float32")
    follower, other = answer(part)(whole), answer(copied)(whole)
    for scale in (0.0, 1.0):
        whole.set_weights([np.full(w.shape, scale) for w in whole.get_weights()])
        np.testing.assert_allclose(follower(inputs), part(whole)(inputs))
    assert not np.allclose(other(inputs), part(whole)(inputs))
    assert follower.input_shape == (None, 6) and hasattr(follower, "predict")
    constraints = [weight.constraint for weight in follower.trainable_variables]
    assert constraints == [None, None]
    assert [weight.trainable for weight in follower.weights] == [True, True]
    tight = answer(lambda: keras.Sequential([keras.Input((2,)), keras.layers.Dense(
        2, kernel_constraint="non_neg")]))()  # fmt: skip
    assert [w.constraint for w in tight.trainable_variables] == [True, None]


def test_a_check_sees_what_an_answer_does_to_its_model(answer):
    for change in (frozen, lambda model: setattr(model.layers[1], "trainable", False)):
        model = functional()
        before = model.get_weights()
        guarded = Guarded(answer(change), ["model"])
        with pytest.raises(NotYet, match=r"changes the weights of `model`|frozen"):
            guarded(model)
        assert all(map(np.array_equal, before, model.get_weights()))


def test_what_an_answer_s_own_object_does_to_the_check_s_model_is_not_seen(answer):
    model = functional()
    before = model.get_weights()
    inner = answer(lambda: frozen)()
    inner(model)
    assert all(map(np.array_equal, before, model.get_weights()))


class Meddler(ThreadRunner):
    """It says of each call what a test puts into ``said``."""

    said: dict

    def _answer(self, request, arrays):
        if request["do"] == "call":
            return {"value": None, **self.said}, [np.zeros((2, 3), "float32")]
        return super()._answer(request, arrays)


@pytest.mark.parametrize(
    "said",
    [
        {"models": [[7, [], [], []]]},
        {"models": [["0", [], [], []]]},
        {"models": [[0, 0, 0, 0]]},
        {"models": [[0, [0], [], []]]},
        {"models": [[0, [9], [], []]]},
        {"changed": [[0]]},
        {"changed": [["0", 0]]},
        {"changed": [[-1, 0]]},
        {"lists": [[0]]},
        {"lists": [[0, 1]]},
        {"lists": [[9, [0]]]},
    ],
    ids=str,
)
def test_a_change_that_cannot_be_is_refused_and_nothing_of_it_is_done(said):
    runner, _ = connect(type("Saying", (Meddler,), {"said": said}), {"f": print})
    model, array, things = functional(), np.ones(5), [1, 2]
    before = model.get_weights()
    with pytest.raises(StudentError, match="the result cannot be used"):
        runner.answer("f")(model, array, things)
    assert all(map(np.array_equal, before, model.get_weights()))
    assert array.tolist() == [1] * 5 and things == [1, 2]
    runner.close()


def test_what_cannot_be_written_to_stays_as_it_is():
    said = {"changed": [[0, 0]], "lists": [[0, [0]]]}
    runner, _ = connect(type("Saying", (Meddler,), {"said": said}), {"f": print})
    array = np.ones((2, 3), "float32")
    array.flags.writeable = False
    assert runner.answer("f")(array) is None
    assert array.min() == 1
    runner.close()


def test_a_model_is_sent_once_and_again_only_once_it_is_another(answer):
    model, seen = functional(), []

    def look(model):
        seen.append(model)
        return np.sum([np.sum(weight) for weight in model.get_weights()])

    looking, inside = answer(look), functional()
    for scale in (1.0, 1.0, 2.0):
        model.set_weights([np.full(w.shape, scale) for w in model.get_weights()])
        assert looking(model) == pytest.approx(scale * model.count_params())
    assert seen[0] is seen[1] is seen[2] is not model
    inside.trainable = False
    looking(inside)
    inside.trainable = True
    looking(inside)
    assert [one.trainable for one in seen[3:]] == [False, True]


def test_a_copy_that_an_answer_changed_is_not_used_again(answer):
    model = functional()
    before = model.get_weights()
    changing = answer(lambda model: (frozen(model), np.ones(1))[1])
    for _ in range(2):
        model.set_weights(before)
        changing(model)
        assert not np.any(model.get_weights()[0])
    seen = answer(lambda model: [np.sum(np.abs(w)) for w in model.get_weights()])
    model.set_weights(before)
    assert seen(model)[0] == pytest.approx(np.abs(before[0]).sum(), rel=1e-5)


def test_a_copy_is_not_used_again_after_an_answer_that_raised(answer):
    model = functional()
    model.set_weights([np.ones(w.shape) for w in model.get_weights()])

    def spoil_once(model):
        calls.append(model)
        if len(calls) == 1:
            frozen(model)
            raise OSError
        return np.sum([np.sum(weight) for weight in model.get_weights()])

    calls = []
    spoiling = answer(spoil_once)
    with pytest.raises(OSError):
        spoiling(model)
    assert spoiling(model) == pytest.approx(model.count_params())


def test_a_check_sees_the_names_that_an_answer_gives_to_its_layers(answer):
    model = functional()
    answer(lambda model: setattr(model.layers[0], "name", "mine"))(model)
    assert model.layers[0].name == "mine"


def test_what_warns_is_no_error_in_a_runner_either(answer):
    def warned(x):
        return np.log(x)

    warnings.filterwarnings("error")  # the runner is a thread here
    assert answer(warned)(np.zeros(1)) == -np.inf


def test_objects_are_named_as_keras_and_python_name_them_and_in_no_other_words(answer):
    class MyOwnWords:
        pass

    made = answer(lambda: [keras.layers.Dense(2), print, lambda: 0, MyOwnWords(), MyOwnWords])()
    names = ["Dense", "object", "function", "object", "type"]
    assert [type(one).__name__ for one in made] == names
    assert "of type Dense" in describe(made[0]) and "words" not in describe(made[3]).lower()
    assert f"{made[3]}" == "an object"


def test_slopes_are_taken_where_the_answer_is(answer):
    inputs, weights = [np.ones((2, 3), "float32")] * 2, np.array([1, 2], "float32")
    slopes = answer(lambda x, y: keras.ops.sum(x * x, axis=1)).slopes(inputs, weights)
    np.testing.assert_allclose(slopes[0], [[2] * 3, [4] * 3])
    assert slopes[1] is None
    assert answer(lambda x, y: np.sum(x, axis=1)).slopes(inputs, weights) == [None, None]
    both = answer(lambda x, y: (keras.ops.sum(x), keras.ops.sum(y))).slopes(inputs, weights)
    assert both[0].max() == 1 and both[1].min() == 2
