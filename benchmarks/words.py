"""Comparing posts with the words of all cases at once: how long one post of 500 letters takes.

Words are made up: 5,000 of 1,000 cases, a fifth each real names, handles, schools, hashtags and
nicknames. Posts: Korean prose, English prose, and one that is nothing but names. Processor time,
medians, in milliseconds; compiling all words once in seconds.
"""

import argparse
import random
import time
from datetime import UTC, datetime

from benchmarks.measuring import hand_over, medians_ms
from domain.keywords import Keyword, KeywordKind
from domain.words import Words
from services.policy import load_policy

SEED = 20
SET = datetime(2026, 11, 23, tzinfo=UTC)
SURNAMES = "김이박최정강조윤장임한오서신권황안송류홍"
GIVEN = "민지수영현우준서연은정하윤도아진혜원호석경미선주희재성빈"
KOREAN = (
    "오늘 한강에 산책을 나갔다가 노을이 정말 예뻐서 사진을 몇 장 찍어 봤어요. 바람이 조금 불었지만 걷기에는 좋은 "
    "날씨였고 돌아오는 길에 시장에 들러 따뜻한 국수도 한 그릇 먹었습니다. "
    "다음 주말에는 가족이랑 같이 다시 가 보려고 해요. "
)
ENGLISH = (
    "Went for a walk by the river this evening and took a few pictures of the sunset. It was a bit windy but still "
    "a good day for it, and on the way home we stopped at the market for noodles. Will go again next weekend! "
)


def main() -> None:
    """Print what compiling and asking take."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=5_000)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    asked = parser.parse_args()
    chance, slang = random.Random(SEED), load_policy().slang
    keywords = [_keyword(chance, number) for number in range(asked.words)]
    start = time.thread_time()
    words = Words(keywords, slang)
    compiled = time.thread_time() - start
    names = " ".join(_name(chance) for _ in range(200))
    posts = {"korean": KOREAN * 5, "english": ENGLISH * 5, "names": names}
    ways = {name: lambda text=text[:500]: words.named_in(text) for name, text in posts.items()}
    hand_over(
        {"words": asked.words, "compile_s": round(compiled, 2), "ms": medians_ms(ways, asked.turns)}
    )


def _keyword(chance: random.Random, number: int) -> Keyword:
    kinds = {
        KeywordKind.REAL_NAME: _name(chance),
        KeywordKind.HANDLE: f"user_{chance.randrange(100_000)}",
        KeywordKind.SCHOOL: f"{_given(chance, 2)}{chance.choice(['여자고등학교', '중학교'])}",
        KeywordKind.HASHTAG: _given(chance, 5),
        KeywordKind.NICKNAME: _given(chance, 3),
    }
    kind = list(kinds)[number % len(kinds)]
    return Keyword(number, number // len(kinds), kinds[kind], SET, kind)


def _name(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + _given(chance, 2)


def _given(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choices(GIVEN, k=syllables))


if __name__ == "__main__":
    main()
