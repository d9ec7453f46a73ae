#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Train a small neural network in numpy on scikit-learn's bundled digits.

1797 images of 8x8 pixels, of which every fifth is kept for the test. Trains in
rounds of a few epochs, until the file named on the command line exists. The
images are read from scikit-learn's file, because importing all of it costs half
a minute on an emulated machine and the training needs none of it.
"""
import argparse
import importlib.util
import os
import pathlib
import time

import numpy as np

HIDDEN = 64
BATCH = 64
RATE = 0.2
EPOCHS_PER_ROUND = 5


def load_digits():
    """Pixels (n, 64) from 0 to 1 and labels (n,) of the bundled set."""
    package = pathlib.Path(importlib.util.find_spec("sklearn").origin).parent
    table = np.loadtxt(package / "datasets" / "data" / "digits.csv.gz", delimiter=",")
    return table[:, :-1] / 16, table[:, -1].astype(int)


class Network:
    """One hidden layer (ReLU), softmax, cross-entropy, plain gradient descent."""

    def __init__(self, rng):
        self.w1 = rng.normal(0, 64 ** -0.5, (64, HIDDEN))
        self.b1 = np.zeros(HIDDEN)
        self.w2 = rng.normal(0, HIDDEN ** -0.5, (HIDDEN, 10))
        self.b2 = np.zeros(10)

    def forward(self, x):
        hidden = np.maximum(x @ self.w1 + self.b1, 0)
        return hidden, hidden @ self.w2 + self.b2

    def learn(self, x, y):
        hidden, score = self.forward(x)
        p = np.exp(score - score.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(len(y)), y] -= 1
        p *= RATE / len(y)
        back = (p @ self.w2.T) * (hidden > 0)
        self.w2 -= hidden.T @ p
        self.b2 -= p.sum(axis=0)
        self.w1 -= x.T @ back
        self.b1 -= back.sum(axis=0)

    def accuracy(self, x, y):
        return float(np.mean(self.forward(x)[1].argmax(axis=1) == y))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stop", help="end after the round in which this file appears")
    stop = parser.parse_args().stop

    x, y = load_digits()
    test = np.arange(len(y)) % 5 == 0
    x_train, y_train = x[~test], y[~test]
    rng = np.random.default_rng(1)
    network = Network(rng)
    print(f"{len(y_train)} images to learn, {test.sum()} to test", flush=True)
    epoch = 0
    start = time.monotonic()
    while not os.path.exists(stop):
        for _ in range(EPOCHS_PER_ROUND):
            order = rng.permutation(len(y_train))
            for i in range(0, len(order), BATCH):
                batch = order[i:i + BATCH]
                network.learn(x_train[batch], y_train[batch])
            epoch += 1
        print(f"epoch {epoch} accuracy {network.accuracy(x[test], y[test]):.4f} "
              f"after {time.monotonic() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
