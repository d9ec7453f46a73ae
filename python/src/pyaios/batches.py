# SPDX-License-Identifier: LGPL-2.1-or-later
"""Batches that fit the memory that is granted, with the gradients of those that were asked for."""
from __future__ import annotations

import collections
import dataclasses
from typing import Any, Deque, Iterable, Iterator, List, Optional

from .follower import Follower
from .quantity import UNLIMITED, Quantity, parse


@dataclasses.dataclass(frozen=True)
class Part:
    """A part of a batch: its share of the batch from 0 to 1, and whether it is the last one."""

    share: float
    last: bool


class ElasticBatches:
    """Lists of indices for a DataLoader: whole batches while the memory is granted, else parts.

        batches = pyaios.ElasticBatches(grant, sampler, 64)
        for x, y in DataLoader(data, batch_sampler=batches):
            part = batches.part()
            (loss(model(x), y) * part.share).backward()
            if part.last:
                optimizer.step()
                optimizer.zero_grad()

    The optimiser sees batches of batch_size whatever is granted, so that gradients are the same
    to rounding (of a loss that is a mean over the samples, without batch normalisation). A batch
    is halved as often as the memory granted, less base, is less than the part of full, less
    base: full is the memory in which a whole batch fits (by default what is granted at first),
    base what the program needs without one, both in bytes or as "4G". No part is smaller than
    least samples.
    """

    def __init__(self, follower: Follower, sampler: Iterable[int], batch_size: int, *,
                 full: Optional[Quantity] = None, base: Quantity = 0, least: int = 1,
                 drop_last: bool = False) -> None:
        if batch_size < 1 or not 1 <= least <= batch_size:
            raise ValueError(f"batches of {batch_size} in parts of at least {least}: "
                             "both are positive, and a part is no larger than a batch")
        self._follower = follower
        self._sampler = sampler
        self._size = batch_size
        self._least = least
        self._drop_last = drop_last
        self._base = parse("memory", base) if base else 0
        self._full = follower.memory if full is None else parse("memory", full)
        if self._full <= self._base:
            raise ValueError(f"a whole batch fits in {self._full} bytes, of which {self._base} "
                             "are used without one: base must be less than full")
        self._given: Deque[Part] = collections.deque()

    @property
    def size(self) -> int:
        """Samples of a part, for the memory that is granted now."""
        granted = self._follower.memory
        size = self._size
        if UNLIMITED in (granted, self._full):
            return size
        whole, room = self._full - self._base, max(1, granted - self._base)
        while size > self._least and whole * size > room * self._size:
            size = -(-size // 2)
        return max(size, self._least)

    def __iter__(self) -> Iterator[List[int]]:
        """The parts of an epoch; the grant is looked at for each of them."""
        self._given.clear()
        batch: List[int] = []
        for index in self._sampler:
            batch.append(index)
            if len(batch) == self._size:
                yield from self._parts(batch)
                batch = []
        if batch and not self._drop_last:
            yield from self._parts(batch)

    def _parts(self, batch: List[int]) -> Iterator[List[int]]:
        begin = 0
        while begin < len(batch):
            end = min(len(batch), begin + self.size)
            self._given.append(Part((end - begin) / len(batch), end == len(batch)))
            yield batch[begin:end]
            begin = end

    def part(self) -> Part:
        """What the batch is that a loader has just handed out, in the order of handing out."""
        if not self._given:
            raise RuntimeError("no batch is out: call part() once for each batch of the loader")
        return self._given.popleft()


class ElasticLoader:
    """A DataLoader whose number of worker processes follows the grant, from epoch to epoch.

    workers is how many it has at most; all else is DataLoader's. Each epoch has a new one, so
    that persistent_workers does nothing.
    """

    def __init__(self, follower: Follower, dataset: Any, *, workers: int = 0,
                 **arguments: Any) -> None:
        self._follower = follower
        self._dataset = dataset
        self._workers = workers
        self._arguments = arguments
        arguments.pop("persistent_workers", None)

    def __iter__(self) -> Iterator[Any]:
        """The batches of an epoch."""
        from torch.utils.data import DataLoader

        self._follower.step()
        return iter(DataLoader(self._dataset, num_workers=self._follower.workers(self._workers),
                               **self._arguments))
