# SPDX-License-Identifier: LGPL-2.1-or-later
"""Callbacks for the trainers of others: Lightning, Hugging Face's Trainer, Keras.

Each lets the trainer's loop follow a grant: threads follow after every batch, the kernel is told
of progress, and a checkpoint is written when the job's time is nearly up. A trainer is needed
only by who asks for its callback.
"""
from __future__ import annotations

import importlib
from typing import Any, List, Optional

from .follower import Ending, Follower


def _first(*names: str) -> Any:
    """The first of these modules that is installed."""
    for name in names:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise ImportError(f"{' or '.join(names)} is needed for this callback, and not installed: "
                      f"pip install {names[0].split('.')[0]}")


class _Loop:
    """What the three have in common: a step of the follower, progress, and the end."""

    def __init__(self, grant: Follower) -> None:
        self._grant = grant
        self._endings: List[Ending] = []
        grant.on_ending(self._endings.append)

    def step(self, done: float, of: Optional[float]) -> bool:
        """After a batch; whether a checkpoint is due."""
        self._grant.step()
        if of and 0 < done <= of < float("inf"):
            self._grant.progress(done / of)
        due = bool(self._endings)
        self._endings.clear()
        return due


def lightning_callback(grant: Follower, checkpoint: Optional[str] = None) -> Any:
    """A Callback for Trainer(callbacks=[...]) of Lightning 1.9 and later.

    checkpoint is the path to which trainer.save_checkpoint() writes when the end is near.
    """
    base: Any = _first("lightning.pytorch", "pytorch_lightning").Callback
    loop = _Loop(grant)

    class GrantCallback(base):  # type: ignore[misc]
        """Follows a grant."""

        def on_train_batch_end(self, trainer: Any, *_: Any, **__: Any) -> None:
            due = loop.step(trainer.global_step, float(trainer.estimated_stepping_batches))
            if due and checkpoint:
                trainer.save_checkpoint(checkpoint)

    return GrantCallback()


def transformers_callback(grant: Follower) -> Any:
    """A TrainerCallback for Trainer(callbacks=[...]) of Hugging Face's transformers.

    When the end is near the trainer is asked to save, as it is configured to.
    """
    base: Any = _first("transformers").TrainerCallback
    loop = _Loop(grant)

    class GrantCallback(base):  # type: ignore[misc]
        """Follows a grant."""

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
            if loop.step(state.global_step, state.max_steps):
                control.should_save = True
            return control

    return GrantCallback()


def keras_callback(grant: Follower, checkpoint: Optional[str] = None) -> Any:
    """A Callback for model.fit(callbacks=[...]) of Keras.

    checkpoint is the path to which model.save() writes when the end is near.
    """
    base: Any = _first("keras", "tensorflow.keras").callbacks.Callback
    loop = _Loop(grant)

    class GrantCallback(base):  # type: ignore[misc]
        """Follows a grant."""

        _epoch = 0

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self._epoch = epoch

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            steps, epochs = self.params.get("steps"), self.params.get("epochs")
            of = steps * epochs if steps and epochs else None
            if loop.step(self._epoch * (steps or 0) + batch + 1, of) and checkpoint:
                self.model.save(checkpoint)

    return GrantCallback()
