# SPDX-License-Identifier: GPL-2.0
"""Covariance matrix adaptation (Hansen, The CMA evolution strategy: a tutorial,
arXiv 1604.00772, figure 6), with the covariance on the diagonal alone where there are many
weights (Ros and Hansen, PPSN 2008)."""
import numpy


class Evolution:
    """The state of a search for the least; all of it is in plain arrays."""

    def __init__(self, start, scale, sigma, population, diagonal):
        n = len(start)
        self.mean = numpy.array(start, float)
        self.scale = numpy.array(scale, float)
        self.sigma = float(sigma)
        self.population = population
        self.diagonal = diagonal
        self.covariance = numpy.ones(n) if diagonal else numpy.eye(n)
        self.path = numpy.zeros(n)
        self.step_path = numpy.zeros(n)
        self.generation = 0
        parents = population // 2
        weights = numpy.log((population + 1) / 2) - numpy.log(numpy.arange(1, parents + 1))
        self.weights = weights / weights.sum()
        mass = 1 / (self.weights ** 2).sum()
        self.mass = mass
        self.c_step = (mass + 2) / (n + mass + 5)
        self.damping = 1 + 2 * max(0, ((mass - 1) / (n + 1)) ** 0.5 - 1) + self.c_step
        self.c_path = (4 + mass / n) / (n + 4 + 2 * mass / n)
        self.c_one = 2 / ((n + 1.3) ** 2 + mass)
        self.c_rank = min(1 - self.c_one,
                          2 * (mass - 2 + 1 / mass) / ((n + 2) ** 2 + mass))
        if diagonal:
            faster = (n + 1.5) / 3
            self.c_one = min(1, self.c_one * faster)
            self.c_rank = min(1 - self.c_one, self.c_rank * faster)
        self.expected = n ** 0.5 * (1 - 1 / (4 * n) + 1 / (21 * n * n))

    def root(self):
        """The square root of the covariance, and its inverse, as functions of a vector."""
        if self.diagonal:
            d = self.covariance ** 0.5
            return (lambda z: d * z), (lambda y: y / d)
        values, vectors = numpy.linalg.eigh(self.covariance)
        d = numpy.maximum(values, 1e-20) ** 0.5
        return (lambda z: vectors @ (d * z)), (lambda y: vectors @ ((vectors.T @ y) / d))

    def ask(self, random):
        """The candidates of a generation."""
        forth, _ = self.root()
        self.steps = [forth(random.standard_normal(len(self.mean)))
                      for _ in range(self.population)]
        return [self.mean + self.sigma * self.scale * step for step in self.steps]

    def tell(self, values):
        """What they gave, in the same order."""
        order = numpy.argsort(values)[:len(self.weights)]
        steps = [self.steps[i] for i in order]
        y = sum(w * s for w, s in zip(self.weights, steps))
        _, back = self.root()
        self.mean = self.mean + self.sigma * self.scale * y
        self.generation += 1
        c = self.c_step
        self.step_path = (1 - c) * self.step_path + (c * (2 - c) * self.mass) ** 0.5 * back(y)
        length = numpy.linalg.norm(self.step_path)
        fading = (1 - (1 - c) ** (2 * self.generation)) ** 0.5
        moving = length / fading < (1.4 + 2 / (len(self.mean) + 1)) * self.expected
        c = self.c_path
        self.path = (1 - c) * self.path + moving * (c * (2 - c) * self.mass) ** 0.5 * y
        outer = (lambda v: v * v) if self.diagonal else (lambda v: numpy.outer(v, v))
        left = (0 if moving else self.c_one * c * (2 - c)) + 1 - self.c_one - self.c_rank
        self.covariance = (left * self.covariance + self.c_one * outer(self.path) +
                           self.c_rank * sum(w * outer(s) for w, s in zip(self.weights, steps)))
        self.sigma *= numpy.exp(min(1, self.c_step / self.damping * (length / self.expected - 1)))
