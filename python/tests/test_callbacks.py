# SPDX-License-Identifier: GPL-2.0
"""Callbacks for trainers, which are called here as the trainers call them."""
import sys
import types

import pytest

import pyaios
from pyaios import callbacks


class Base:
    """A callback's base, as each trainer has one."""


class Grant:
    """A follower that notes what it is told."""

    def __init__(self):
        self.steps, self.shares, self.end = 0, [], None

    def on_ending(self, function):
        self.end = lambda: function(pyaios.Ending(9))

    def step(self):
        self.steps += 1

    def progress(self, share):
        self.shares.append(share)


@pytest.fixture
def trainers(monkeypatch):
    """Modules with the names of the trainers, where those are not installed."""
    for name, members in (("lightning", {}), ("lightning.pytorch", {"Callback": Base}),
                          ("transformers", {"TrainerCallback": Base}),
                          ("keras", {"callbacks": types.SimpleNamespace(Callback=Base)})):
        monkeypatch.setitem(sys.modules, name, types.SimpleNamespace(**members))


def test_lightning(trainers):
    grant, saved = Grant(), []
    callback = callbacks.lightning_callback(grant, "last.ckpt")
    trainer = types.SimpleNamespace(global_step=1, estimated_stepping_batches=4,
                                    save_checkpoint=saved.append)
    callback.on_train_batch_end(trainer, None, None, None, 0)
    assert isinstance(callback, Base) and (grant.steps, grant.shares, saved) == (1, [0.25], [])
    grant.end()
    trainer.estimated_stepping_batches = float("inf")
    callback.on_train_batch_end(trainer, None, None, None, 1)
    callback.on_train_batch_end(trainer, None, None, None, 2)
    assert grant.shares == [0.25] and saved == ["last.ckpt"]


def test_transformers(trainers):
    grant = Grant()
    callback = callbacks.transformers_callback(grant)
    state = types.SimpleNamespace(global_step=2, max_steps=4)
    control = types.SimpleNamespace(should_save=False)
    assert callback.on_step_end(None, state, control) is control and not control.should_save
    grant.end()
    assert callback.on_step_end(None, state, control, model=1).should_save
    assert grant.shares == [0.5, 0.5]


def test_keras(trainers):
    grant, saved = Grant(), []
    callback = callbacks.keras_callback(grant, "last.keras")
    callback.params = {"steps": 5, "epochs": 2}
    callback.model = types.SimpleNamespace(save=saved.append)
    callback.on_epoch_begin(1)
    callback.on_train_batch_end(0)
    assert grant.shares == [0.6] and not saved
    callback.params = {"steps": None, "epochs": 2}
    grant.end()
    callback.on_train_batch_end(1)
    assert grant.steps == 2 and saved == ["last.keras"]


def test_not_installed(monkeypatch):
    for name in ("lightning", "lightning.pytorch", "pytorch_lightning"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match="lightning.pytorch or pytorch_lightning is needed"):
        callbacks.lightning_callback(Grant())
