"""The papers' experiments: shared randomness, complete curves, data, command line."""

import json
import sys
from fractions import Fraction

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from theory.asymmetric.scaling import SCALING_WEIGHT
from theory.claim import Direction, claim, claims
from theory.exact import InputError
from theory.rigor.balls import working_precision
from verify.check import all_checks
from verify.cli import main
from verify.engines import Order
from verify.experiments import asym_regression, experiment, experiments, files, pretrained
from verify.experiments.asym_simulated import sphere_data
from verify.experiments.experiment import Streams
from verify.experiments.scaling import SETTINGS, scaling_weights, start
from verify.networks.perceptron import Perceptron
from verify.networks.shallow import asymmetric_network
from verify.networks.stochastic import StochasticDescent, softmax

NAMES = tuple(experiments())


@pytest.fixture(autouse=True)
def as_in_a_worker(monkeypatch):
    """No data folder, one BLAS thread."""
    monkeypatch.delenv(files.VARIABLE, raising=False)
    with threadpool_limits(1):
        yield


@pytest.mark.parametrize("arm", ["s1", "s2"])
def test_node_weights_are_the_papers(arm):
    gamma, alpha = (Fraction(str(value)) for value in SETTINGS[arm])
    with working_precision(80):
        exact = [
            float(SCALING_WEIGHT.ball(gamma=gamma, alpha=alpha, m=50, unit=j)) for j in range(1, 51)
        ]
    # a sum of 50 positive terms and three operations round at most 60 times
    np.testing.assert_allclose(scaling_weights(arm, 50), exact, rtol=60 * np.finfo(float).eps)
    assert np.all(np.diff(scaling_weights(arm, 50)) < 0)


def test_arms_of_a_seed_share_weights_signs_and_data():
    def streams(number):
        return Streams(1, "e", "small", number)

    first = [start(arm, 20, 3, streams(0)) for arm in SETTINGS]
    assert all(np.array_equal(first[0].weights, other.weights) for other in first)
    signs = [np.sign(network.coefficients) for network in first]
    assert all(np.array_equal(signs[0], other) for other in signs)
    assert not np.array_equal(first[0].weights, start("g1", 20, 3, streams(1)).weights)
    drawn = [sphere_data(5, 3, 0.1, streams(0)("data"))[0] for _ in range(2)]
    assert np.array_equal(*drawn)


@pytest.mark.parametrize("name", NAMES)
def test_a_trial_gives_every_curve_finite_and_twice_the_same(name):
    found = experiment(name)
    arm = list(found.arms)[-1]
    curves = found.run_trial(arm, 0, 7, "small")
    assert curves == found.run_trial(arm, 0, 7, "small")
    assert curves == json.loads(json.dumps(curves))
    for panel in found.panels:
        assert len(curves[panel.figure]) == len(curves[panel.x]) > 1, panel
    for reading in found.readings:
        assert np.isfinite(curves[reading.figure]).all(), reading


@pytest.mark.parametrize("name", NAMES)
def test_readings_are_orderings_of_the_experiments_arms(name):
    found = experiment(name)
    assert set(found.scales) == {"small", "paper"}
    for reading in found.readings:
        stated = claim(reading.claim)
        assert stated.direction is Direction.ORDERING
        assert {arm for pair in stated.form for arm in pair} <= set(found.arms)
        assert set(reading.without) <= set(stated.form)


@pytest.mark.parametrize("name", NAMES)
def test_digitised_means_have_the_order_that_is_claimed(name):
    """At the end of every curve that was read off a published figure."""
    found = experiment(name)
    panels = {panel.figure: panel.digitised for panel in found.panels if panel.digitised}
    for reading in found.readings:
        if reading.figure in panels and reading.until == 1:
            last = {arm: points[-1][1] for arm, points in panels[reading.figure].items()}
            for below, above in set(claim(reading.claim).form) - set(reading.without):
                assert last[below] < last[above], (reading, below, above)


def test_every_ordering_of_arms_is_judged_in_the_quick_profile():
    judged = {
        check.claim
        for check in all_checks().values()
        if isinstance(check, Order) and check.profile == "quick"
    }
    stated = {c.id for c in claims() if c.direction is Direction.ORDERING and _pairs(c.form)}
    assert stated == judged != set()


def _pairs(form):
    return isinstance(form, tuple) and all(isinstance(pair, tuple) for pair in form)


def test_experiments_that_look_at_the_same_trials_share_them():
    owners = {
        experiment(name).owner("small")
        for name in ("asym.regression", "asym.pruning", "asym.transfer")
    }
    assert len(owners) == 1 and owners != {experiment("asym.simulated").owner("small")}


def test_pruning_removes_the_units_of_least_weight():
    curves = experiment("asym.pruning").run_trial("s3", 0, 7, "small")
    assert curves["pruned_test"][0] == pytest.approx(curves["test"][-1], rel=1e-4)  # float32
    assert curves["removed"][0] == 0 and curves["removed"][-1] == 0.95


class TestData:
    ROWS = "a,b,heating_load,cooling_load\n" + "".join(
        f"{k % 25},{k % 25 * 2},{k},{1000 + k}\n" for k in range(30)
    )

    def test_a_second_target_is_no_input_and_repeated_rows_go(self, tmp_path):
        path = tmp_path / "energy.csv"
        path.write_text(self.ROWS)
        X, y = asym_regression.read(str(path), {})
        assert X.shape == (25, 2) and y.tolist() == list(range(25))

    def test_the_owner_follows_the_content_of_the_file(self, tmp_path):
        path = tmp_path / "energy.csv"
        path.write_text(self.ROWS)
        found = experiment("asym.regression")
        before = found.owner("small", str(path))
        (tmp_path / "copy.csv").write_text(self.ROWS)
        assert found.owner("small", str(tmp_path / "copy.csv")) == before
        path.write_text(self.ROWS.replace("0,0,0", "0,0,1"))
        assert found.owner("small", str(path)) != before

    def test_a_folder_the_environment_or_nothing(self, tmp_path, monkeypatch):
        path = tmp_path / "concrete.csv"
        path.write_text(self.ROWS)
        assert files.data_paths("asym.pruning", str(tmp_path)) == [str(path)]
        assert files.data_paths("asym.pruning", None) == [""]
        monkeypatch.setenv(files.VARIABLE, str(tmp_path))
        assert files.data_paths("asym.pruning", None) == [str(path)]
        with pytest.raises(InputError, match="draws its own data"):
            files.data_paths("asym.simulated", str(tmp_path))

    def test_a_download_without_a_connection_names_the_remedy(self, tmp_path, monkeypatch):
        def offline(**options):
            raise OSError("no route to host")

        monkeypatch.setattr("sklearn.datasets.fetch_openml", offline)
        monkeypatch.setenv(files.VARIABLE, str(tmp_path))
        with pytest.raises(InputError, match="BOUNDLAB_DATA or give --data"):
            files.data_paths("asym.mnist", None, download=True)
        with pytest.raises(InputError, match="cannot be downloaded"):
            files.data_paths("asym.cifar10", None, download=True)

    def test_pickles_are_never_opened(self, tmp_path):
        path = tmp_path / "mnist.npz"
        np.savez(path, X=np.array([{}], dtype=object), y=np.array([1]))
        with pytest.raises(InputError, match="cannot be used"):
            experiment("asym.mnist").run_trial("g1", 0, 7, "small", str(path))

    def test_missing_torchvision_is_named(self, capsys, monkeypatch):
        for module in ("torch", "torchvision"):
            monkeypatch.setitem(sys.modules, module, None)
        assert pretrained.main(["folder", "out.npz"]) == 2
        assert "pip install torch torchvision" in capsys.readouterr().err

    def test_images_are_read_and_too_few_refused(self, tmp_path):
        path, rng = tmp_path / "mnist.npz", np.random.default_rng(0)
        np.savez(path, X=rng.integers(0, 256, (50, 4, 4), np.uint8), y=np.arange(50) % 10)
        with pytest.raises(InputError, match="50 samples"):
            experiment("asym.mnist").run_trial("g1", 0, 7, "small", str(path))


class TestCommand:
    def run(self, tmp_path, *more):
        out = tmp_path / "out.json"
        ledger = str(tmp_path / "ledger.db")
        options = ["--seeds", "2", "--workers", "0", "--json", str(out), "--ledger", ledger]
        status = main(["experiment", "lottery.phase", *options, *more])
        return status, json.loads(out.read_text())

    def test_verdicts_figure_and_resumption(self, tmp_path, capsys):
        figure = tmp_path / "phase.svg"
        status, told = self.run(tmp_path, "--figure", str(figure))
        assert status == 0 and "UNDECIDED  lottery.exp.samples" in capsys.readouterr().out
        assert set(told["data"][0]["seeds"].values()) == {2}
        assert len(told["data"][0]["panels"][0]["curves"]) == 3
        first = figure.read_bytes()
        again = self.run(tmp_path, "--figure", str(figure))
        assert again == (status, told) and figure.read_bytes() == first
        assert "nan" not in first.decode()

    def test_a_limit_says_what_is_missing(self, tmp_path, capsys):
        status, told = self.run(tmp_path, "--budget", "0.000001")
        assert status == 1 and not told["complete"]
        assert "the same command resumes" in capsys.readouterr().err
        assert {row["outcome"] for row in told["data"][0]["orderings"]} == {"UNDECIDED"}

    def test_unknown_names_are_refused(self, capsys):
        assert main(["experiment", "asym.nothing"]) == 2
        assert "asym.simulated" in capsys.readouterr().err
        assert main(["experiment"]) == 0 and "lottery.phase" in capsys.readouterr().out


def test_the_perceptron_follows_the_gradient():
    rng = np.random.default_rng(1)
    network = Perceptron((3, 5, 4, 2), rng=rng)
    X, y = rng.standard_normal((6, 3)), rng.standard_normal((6, 2))

    def loss():
        return np.mean((network.outputs(X) - y) ** 2)

    before = [(weights.copy(), bias.copy()) for weights, bias in network.layers]
    slopes = []
    h = 1e-6  # central differences of a function with curvature of order 1: error h^2 + eps/h
    for weights, bias in network.layers:
        for array in (weights, bias):
            array.flat[1] += h
            up = loss()
            array.flat[1] -= 2 * h
            slopes.append((up - loss()) / (2 * h))
            array.flat[1] += h
    network.train(X, y, rate=1.0, steps=1)
    moved = [
        old.flat[1] - new.flat[1]
        for pair, layer in zip(before, network.layers, strict=True)
        for old, new in zip(pair, layer, strict=True)
    ]
    np.testing.assert_allclose(moved, slopes, atol=1e-8)


def test_stochastic_descent_follows_the_gradient_and_sees_every_sample_once_an_epoch():
    rng = np.random.default_rng(2)
    network = asymmetric_network(np.full(4, 0.25), 3, rng=rng, outputs=3)
    X, y = rng.standard_normal((5, 3)), np.array([0, 1, 2, 1, 0])

    def loss(weights):
        scores = network.with_weights(weights).outputs(X)
        return -np.log(softmax(scores)[np.arange(5), y]).mean()

    descent = StochasticDescent(network, X, y, step=1.0, batch=5, rng=rng)
    descent.step()
    change = np.zeros_like(network.weights)
    change[2, 1] = 1e-6
    slope = (loss(network.weights + change) - loss(network.weights - change)) / 2e-6
    np.testing.assert_allclose((network.weights - descent.weights)[2, 1], slope, atol=1e-8)
    small = StochasticDescent(network, X, y, step=1.0, batch=2, rng=rng)
    for left in (3, 1, 0, 3):
        small.step()
        assert len(small.order) == left
    with pytest.raises(InputError):
        StochasticDescent(network, X, y + 1, step=1.0, batch=2, rng=rng)
