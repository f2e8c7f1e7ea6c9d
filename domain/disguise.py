"""What may never show on a phone: the words that would give a conversation away, in any language."""

import re
import unicodedata

# Matched wherever they stand: Korean, Chinese and Japanese write without reliable spaces.
_ANYWHERE = (
    "스토킹", "스토커", "경찰", "형사", "수사", "신고", "고소", "고발", "법원", "판사", "검사실", "검찰",
    "변호사", "보호명령", "접근금지", "잠정조치", "긴급응급조치", "보호관찰", "센터", "쉼터", "보호소",
    "상담", "피해", "가해", "범죄", "성폭력", "성범죄", "디지털성", "폭력", "폭행", "협박", "유포",
    "촬영물", "불법촬영", "삭제지원", "삭제요청", "모니터링", "안부확인", "비상연락", "당직", "담당자",
    "사례관리", "사례번호", "안심지원", "여성긴급", "해바라기", "위험", "위급", "응급", "구조", "경보",
    "증거", "보호자", "가정폭력", "전남편", "전남친", "전여친",
    "警察", "警方", "跟踪", "跟蹤", "尾随", "受害", "被害", "救助", "ストーカー", "相談", "センター",
    "cảnh sát", "nạn nhân", "полиция", "преслед", "ตำรวจ",
)  # fmt: skip
# Matched as whole words, with the endings that English gives them.
_WORDS = (
    "stalk", "stalker", "police", "officer", "detective", "victim", "offender", "abuser", "abuse",
    "crime", "criminal", "violence", "violent", "assault", "rape", "sexual", "court", "lawyer",
    "attorney", "restraining", "injunction", "shelter", "refuge", "centre", "center", "counsel",
    "counselor", "counsellor", "counselling", "counseling", "hotline", "helpline", "emergency",
    "danger", "dangerous", "threat", "threaten", "evidence", "case", "caseworker", "report",
    "ansim", "sos", "takedown", "distribution", "protect", "protection", "rescue",
)  # fmt: skip
_NUMBERS = ("112", "119", "1366", "109", "1388", "02-815-0382", "1577-1366", "02-735-8994", "911")

_ENGLISH = re.compile(
    r"(?<![a-z])(?:" + "|".join(_WORDS) + r")(?:s|es|ed|er|ers|ing|'s)?(?![a-z])", re.IGNORECASE
)
_DIGITS = re.compile(
    r"(?<!\d)(?:" + "|".join(re.escape(n.replace("-", "")) for n in _NUMBERS) + r")(?!\d)"
)
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_GAPS = re.compile(r"[\s\W_]+")
_DASHES = re.compile(r"(?<=\d)[\s.\-–‑]+(?=\d)")


def forbidden_in(text: str) -> tuple[str, ...]:
    """The forbidden words that stand in a text, spaced out or dressed up ones too; none is good."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    packed = _GAPS.sub("", plain)
    found = [word for word in _ANYWHERE if _GAPS.sub("", word.casefold()) in packed]
    found += _ENGLISH.findall(plain)
    found += _DIGITS.findall(_DASHES.sub("", plain)) or _DIGITS.findall(plain)
    return tuple(dict.fromkeys(found))


def is_safe(text: str) -> bool:
    """Whether a text may show on a lock screen."""
    return not forbidden_in(text)
