#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
# Kernels: 6.12
"""A network that learns scikit-learn's digits in PyTorch follows its grant ($AIOS_KERNEL).

Threads follow in the middle of training, the losses are those of a run that nobody disturbed,
parts of a batch have the gradient of the whole, and a loader's workers follow from epoch to
epoch. Outside of a machine this boots one and runs itself there.
"""
import os
import sys
import time

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(TOP, "tests"), os.path.join(TOP, "python/src"),
                os.path.join(TOP, "tests/python")]

if __name__ == "__main__" and "AIOS_VM" not in os.environ:
    kernel = os.environ.get("AIOS_KERNEL", "6.12")
    if not os.path.exists(f"{TOP}/build/kernels/{kernel}/release"):
        print(f"1..0 # SKIP no kernel {kernel}")
        sys.exit(0)
    # Waiting threads of OpenMP spin on CPUs that are not theirs, twofold at worst.
    os.execv(f"{TOP}/scripts/vm", ["vm", "--kernel", kernel, "--timeout", "2400", "--env",
                                   "OMP_WAIT_POLICY=passive", "--", os.path.abspath(__file__)])

import torch  # noqa: E402
from sklearn.datasets import load_digits  # noqa: E402
from torch import nn  # noqa: E402

import examples  # noqa: E402
import pyaios  # noqa: E402
from tap import done, ok  # noqa: E402

SAMPLES, BATCH, EPOCHS = 240, 24, 4


def soon(condition):
    """Wait until it holds, however long that takes on a busy machine."""
    for _ in range(6000):
        if condition():
            return True
        time.sleep(0.05)
    return False


def data():
    digits = load_digits()
    images = torch.tensor(digits.images[:SAMPLES], dtype=torch.float32)[:, None] / 16
    return torch.utils.data.TensorDataset(images, torch.tensor(digits.target[:SAMPLES]))


def network():
    torch.manual_seed(7)
    return nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                         nn.Linear(8 * 16, 10))


def train(dataset, grant=None, before_epoch=lambda epoch: None):
    """The loss of each epoch, and the seconds that each took."""
    model, losses, times = network(), [], []
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    order = torch.utils.data.SequentialSampler(dataset)
    batches = pyaios.ElasticBatches(grant, order, BATCH) if grant else None
    for epoch in range(EPOCHS):
        before_epoch(epoch)
        begin, total = time.monotonic(), 0.0
        loader = torch.utils.data.DataLoader(
            dataset, **({"batch_sampler": batches} if grant else {"batch_size": BATCH}))
        for images, labels in loader:
            part = batches.part() if grant else pyaios.Part(1, True)
            loss = nn.functional.cross_entropy(model(images), labels) * part.share
            loss.backward()
            total += float(loss)
            if part.last:
                optimizer.step()
                optimizer.zero_grad()
            if grant:
                grant.step()
        losses.append(total * BATCH / SAMPLES)
        times.append(time.monotonic() - begin)
    return losses, times


def gradient(dataset, sizes):
    """The gradient of one batch that is computed in parts of these sizes."""
    model, begin = network(), 0
    for size in sizes:
        images, labels = dataset[begin:begin + size]
        (nn.functional.cross_entropy(model(images), labels) * size / sum(sizes)).backward()
        begin += size
    return torch.cat([p.grad.flatten() for p in model.parameters()])


def close(one, other):
    return all(abs(a - b) <= 1e-3 * max(abs(a), abs(b)) for a, b in zip(one, other))


def main():
    dataset = data()
    torch.set_num_threads(2)
    plain, plain_times = train(dataset)
    ok("it learns", plain[-1] < plain[0] / 2, plain)
    with pyaios.Machine() as machine, pyaios.job(cpus="0.5:2", mem="128M:1G") as job, \
            pyaios.follow() as grant:
        seen = {}

        def disturb(epoch):
            if epoch == 1:
                machine.limit("/", cpus=0.5)
                # Nothing is called here that could adapt anything.
                seen["threads"] = soon(lambda: torch.get_num_threads() == 1)
            if epoch == 2:
                machine.limit(job.id, mem="512M")
                seen["memory"] = soon(lambda: grant.memory == 512 << 20)
            if epoch == 3:
                machine.limit("/", cpus="max")
                seen["back"] = soon(lambda: torch.get_num_threads() == 2)

        ok("two threads for two CPUs", torch.get_num_threads() == 2)
        disturbed, times = train(dataset, grant, disturb)
        ok("one thread follows half a CPU in the middle of training", seen["threads"])
        ok("half the memory halves the parts of a batch", seen["memory"] and
           pyaios.ElasticBatches(grant, range(BATCH), BATCH, full="1G").size == BATCH // 2, seen)
        ok("and two threads are back", seen["back"])
        ok("the losses are those of the undisturbed run", close(plain, disturbed), plain,
           disturbed)
        whole, halves = gradient(dataset, [BATCH]), gradient(dataset, [BATCH // 2] * 2)
        ok("two halves have the gradient of the whole batch",
           torch.allclose(whole, halves, rtol=1e-4, atol=1e-6), (whole - halves).abs().max())
        loader = pyaios.ElasticLoader(grant, dataset, workers=2, batch_size=BATCH)
        with_worker = torch.cat([labels for _, labels in loader])
        ok("a loader has a worker", grant.workers(2) == 1 and len(with_worker) == SAMPLES)
        machine.limit("/", cpus=1)
        soon(lambda: grant.cpus == 1)
        ok("in the next epoch it has none", grant.workers(2) == 0 and
           torch.equal(torch.cat([labels for _, labels in loader]), with_worker))
        machine.limit("/", cpus="max")
    model = network()
    names = {"dataset": dataset, "model": model,
             "optimizer": torch.optim.SGD(model.parameters(), lr=0.1)}
    with_torch = [text for text in examples.examples() if "import torch" in text]
    ok("the page has examples", len(with_torch) >= 2)
    for text in with_torch:
        wrong = examples.run(text, names)
        ok("an example runs", wrong is None, text, wrong)
    print(f"# seconds of each epoch, undisturbed: {plain_times}")
    print(f"# with 2, 0.5, 0.5 (half the memory), 2 CPUs: {times}")
    return done()


if __name__ == "__main__":
    sys.exit(main())
