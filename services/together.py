"""Single questions answered some at a time: whoever asks while others are answered goes with the next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Together(Generic[Question, Answer]):
    """Belongs to one event loop.

    answer: gives one answer to each of some questions, in their order; what it raises, each of those
    who asked then gets. most: questions at a time; at_once: so many times side by side. linger_s: for
    so long more questions are waited for.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]],
        most: int,
        at_once: int = 1,
        linger_s: float = 0.0,
    ) -> None:
        self._answer = answer
        self._most = most
        self._at_once = at_once
        self._linger_s = linger_s
        self._waiting: deque[tuple[Question, asyncio.Future[Answer]]] = deque()
        self._answering = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, question: Question) -> Answer:
        """The answer to this one."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._answering < self._at_once:
            self._answering += 1
            task = asyncio.create_task(self._answer_all(), name="together")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await answer

    async def _answer_all(self) -> None:
        try:
            # If 0: who asks in the same step of the loop comes along.
            await asyncio.sleep(self._linger_s)
            while some := self._taken():
                await self._answer_some(some)
        finally:
            self._answering -= (
                1  # In the very step that found nothing more: who asks next begins anew.
            )

    async def _answer_some(self, some: "list[tuple[Question, asyncio.Future[Answer]]]") -> None:
        try:
            answers = await self._answer([question for question, _ in some])
            for (_, future), each in zip(some, answers, strict=True):
                if not future.done():
                    future.set_result(each)
        except Exception as error:  # noqa: BLE001 - those who asked are told
            for _, future in some:
                if not future.done():
                    future.set_exception(error)

    def _taken(self) -> list[tuple[Question, "asyncio.Future[Answer]"]]:
        """The next ones, without those who no longer wait."""
        taken: list[tuple[Question, asyncio.Future[Answer]]] = []
        while self._waiting and len(taken) < self._most:
            question, future = self._waiting.popleft()
            if not future.done():
                taken.append((question, future))
        return taken
