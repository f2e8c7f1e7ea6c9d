"""Parse modes and limits of text, in Telegram's own words."""

from typing import Any

import pytest

from practice.telegram.arguments import Arguments
from practice.telegram.keyboards import read_inline, read_markup
from practice.telegram.markup_html import parse_html
from practice.telegram.markup_markdown import parse_markdown
from practice.telegram.refusals import Refusal
from practice.telegram.text import read_caption, read_text, typed_text


def _entity(kind: str, offset: int, length: int, **extra: str) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **extra}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain &amp; &lt;b&gt; &#54620;", "plain & <b> 한", []),
        ("<b>굵게</b>", "굵게", [_entity("bold", 0, 2)]),
        ("💧<i>물</i>", "💧물", [_entity("italic", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [_entity("italic", 1, 1), _entity("bold", 0, 2)]),
        ('<span class="tg-spoiler">112</span>', "112", [_entity("spoiler", 0, 3)]),
        ('<a href="https://a.kr/?a=1&amp;b=2">여기</a>', "여기",
         [_entity("text_link", 0, 2, url="https://a.kr/?a=1&b=2")]),
        ('<pre><code class="language-python">x</code></pre>', "x",
         [_entity("pre", 0, 1, language="python")]),
        ("<pre>x</pre><code>y</code>", "xy", [_entity("pre", 0, 1), _entity("code", 1, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [_entity("expandable_blockquote", 0, 1)]),
        ("<b></b>", "", []),
    ],
)  # fmt: skip
def test_html_becomes_entities(source: str, text: str, entities: list[Any]) -> None:
    assert parse_html(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("가<table>", 'Unsupported start tag "table" at byte offset 3'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("<span>a</span>", 'Unsupported start tag "span" at byte offset 0'),
    ],
)
def test_broken_html_is_refused_with_the_reason(source: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*굵게* _기울임_", "굵게 기울임", [_entity("bold", 0, 2), _entity("italic", 3, 3)]),
        ("__밑줄__ ~취소~", "밑줄 취소",
         [_entity("underline", 0, 2), _entity("strikethrough", 3, 2)]),
        ("||112||", "112", [_entity("spoiler", 0, 3)]),
        ("*a _b_*", "a b", [_entity("italic", 2, 1), _entity("bold", 0, 3)]),
        (r"1\. 끝\!", "1. 끝!", []),
        ("[여기](https://a.kr/x)", "여기", [_entity("text_link", 0, 2, url="https://a.kr/x")]),
        ("![👍](tg://emoji?id=5)", "👍", [_entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
        (r"`a\`b`", "a`b", [_entity("code", 0, 3)]),
        ("```python\nx = 1```", "x = 1", [_entity("pre", 0, 5, language="python")]),
        (">하나\n>둘\n셋", "하나\n둘\n셋", [_entity("blockquote", 0, 5)]),
    ],
)  # fmt: skip
def test_markdown_becomes_entities(source: str, text: str, entities: list[Any]) -> None:
    assert parse_markdown(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("끝.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a - b", "Character '-' is reserved and must be escaped with the preceding '\\'"),
        ("가 *b", "Can't find end of Bold entity at byte offset 4"),
        ("_a", "Can't find end of Italic entity at byte offset 0"),
        ("`a", "Can't find end of Code entity at byte offset 0"),
        ("```a", "Can't find end of Pre entity at byte offset 0"),
        ("[a](b", "Can't find end of a URL at byte offset 3"),
    ],
)
def test_broken_markdown_is_refused_with_the_reason(source: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_markdown(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "가" * 4097}, "message is too long"),
        ({"text": "a", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"text": "a", "entities": "[{"}, "can't parse entities JSON object"),
        (
            {"text": "a", "entities": [_entity("bold", 0, 2)]},
            "entity beyond the end of the text",
        ),
    ],
)
def test_text_that_telegram_refuses(values: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_text(Arguments(values))
    assert refused.value.description == f"Bad Request: {reason}"


def test_the_limit_counts_what_is_left_after_parsing() -> None:
    shown = read_text(Arguments({"text": f"<b>{'가' * 4096}</b>", "parse_mode": "HTML"}))
    assert shown["entities"] == [_entity("bold", 0, 4096)]


def test_a_caption_is_shorter() -> None:
    with pytest.raises(Refusal, match="message caption is too long"):
        read_caption(Arguments({"caption": "가" * 1025}))


def test_blanks_at_the_ends_are_cut_and_entities_move() -> None:
    values = {"text": "  물 \n", "entities": [_entity("bold", 0, 5)]}
    assert read_text(Arguments(values)) == {"text": "물", "entities": [_entity("bold", 0, 1)]}


def test_telegram_marks_commands_links_and_mentions_itself() -> None:
    found = typed_text("/help @someone https://a.kr/x. b.com #물 a@b.kr 1/2")["entities"]
    assert [(e["type"], e["offset"], e["length"]) for e in found] == [
        ("bot_command", 0, 5),
        ("mention", 6, 8),
        ("url", 15, 14),
        ("url", 31, 5),
        ("hashtag", 37, 2),
        ("email", 40, 6),
    ]


def test_an_unclickable_link_stays_plain() -> None:
    assert typed_text("hxxps://a[.]example/x") == {"text": "hxxps://a[.]example/x"}


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "a", "callback_data": "가" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        (
            {"text": "a"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "a", "url": "javascript:x"},
            "inline keyboard button URL 'javascript:x' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": " ", "callback_data": "a"},
            'can\'t parse inline keyboard button: field "text" must be non-empty',
        ),
    ],
)
def test_buttons_that_telegram_refuses(button: dict[str, str], reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_markup(Arguments({"reply_markup": {"inline_keyboard": [[button]]}}))
    assert refused.value.description == f"Bad Request: {reason}"


def test_sixty_four_bytes_of_data_are_allowed() -> None:
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "가" * 21 + "a"}]]}
    assert read_markup(Arguments({"reply_markup": markup})) == markup


def test_only_inline_keyboards_can_be_put_under_an_edited_message() -> None:
    with pytest.raises(Refusal, match="inline keyboard expected"):
        read_inline(Arguments({"reply_markup": {"keyboard": [["a"]]}}))


def test_a_hundred_buttons_are_the_most() -> None:
    button = {"text": "a", "callback_data": "a"}
    with pytest.raises(Refusal, match="REPLY_MARKUP_TOO_LONG"):
        read_markup(Arguments({"reply_markup": {"inline_keyboard": [[button]] * 101}}))
