"""What `ansim hash` says, in Korean and English; it speaks before any catalogue is loaded."""

import os
from enum import StrEnum


class Lang(StrEnum):
    """The languages of the command line; `both` where none is known: Korean first, then English."""

    KO = "ko"
    EN = "en"
    BOTH = "both"


_TEXTS: dict[str, tuple[str, str]] = {
    "empty": ("빈 파일입니다(0바이트).", "the file is empty (0 bytes)."),
    "too_large": (
        "파일이 너무 큽니다. 20MB까지 읽을 수 있습니다.",
        "the file is too large; 20 MB is the most that is read.",
    ),
    "not_media": (
        (
            "사진도 동영상도 아닙니다. JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF, HEIC 사진과 "
            "MP4, MOV, MKV, WebM, AVI, WMV, FLV, MPEG 동영상을 읽을 수 있습니다."
        ),
        (
            "this is no picture and no video that can be read (JPEG, PNG, WebP, GIF, TIFF, BMP, "
            "AVIF, HEIC; MP4, MOV, MKV, WebM, AVI, WMV, FLV, MPEG)."
        ),
    ),
    "truncated": (
        "파일이 잘렸거나 손상되었습니다. 원본을 다시 받아 주세요.",
        "the file is cut off or damaged; please get it again.",
    ),
    "bomb": (
        "사진이 너무 큽니다. 5천만 화소까지 읽을 수 있습니다.",
        "the picture is too large; 50 megapixels is the most that is read.",
    ),
    "too_small": (
        "사진이 너무 작습니다. 가로와 세로가 5픽셀 이상이어야 합니다.",
        "the picture is too small; each side needs 5 pixels.",
    ),
    "too_long": (
        "동영상이 너무 깁니다. 4시간까지 읽을 수 있습니다.",
        "the video is too long; 4 hours is the most that is read.",
    ),
    "no_video": (
        "영상이 들어 있지 않은 파일입니다.",
        "there are no moving pictures in this file.",
    ),
    "plain": (
        "화면에 무늬가 거의 없어 다른 영상과 구별할 수 없습니다.",
        "it shows too little to be told from others.",
    ),
    "crashed": (
        "이 파일을 읽던 중 프로그램이 멈춰 건너뛰었습니다.",
        "reading this file stopped the decoder, so it was left out.",
    ),
    "timeout": (
        "15초 안에 읽지 못해 건너뛰었습니다.",
        "it could not be read within 15 seconds, so it was left out.",
    ),
    "video_too_large": (
        "동영상 파일이 너무 큽니다. 4GB까지 읽을 수 있습니다.",
        "the file is too large; 4 GB is the most that is read of a video.",
    ),
    "video_bomb": (
        "동영상의 화면이 너무 큽니다. 3천6백만 화소까지 읽을 수 있습니다.",
        "the video's picture is too large; 36 megapixels is the most that is read.",
    ),
    "video_too_small": (
        "동영상의 화면이 너무 작습니다. 가로와 세로가 8픽셀 이상이어야 합니다.",
        "the video's picture is too small; each side needs 8 pixels.",
    ),
    "video_timeout": (
        "정해진 시간 안에 읽지 못해 건너뛰었습니다. 동영상을 나누어 다시 해 주세요.",
        "it could not be read in the time allowed, so it was left out; please cut it into parts.",
    ),
    "format_of_pictures": (
        "동영상입니다. 이 형식에는 사진의 해시만 담을 수 있어 건너뛰었습니다.",
        "this is a video; that format holds pictures' hashes only, so it was left out.",
    ),
    "format_of_videos": (
        "동영상이 아닙니다. vPDQ 형식에는 동영상의 해시만 담을 수 있어 건너뛰었습니다.",
        "this is no video; vPDQ holds videos' hashes only, so it was left out.",
    ),
    "many_videos": (
        "vPDQ 형식은 파일 하나에 동영상 하나만 담습니다. --out에 있는 폴더를 적어 주세요.",
        "vPDQ holds one video in a file; name a folder that is there with --out.",
    ),
    "no_room": (
        "파일 하나에 담을 수 있는 양을 넘어 뺐습니다. 이것은 따로 해 주세요.",
        "left out, for one file can hold no more; please hash this by itself.",
    ),
    "bad_key": (
        "센터의 열쇠가 아니거나 잘못 옮겨 적었습니다. /fingerprint key가 보여 주는 것을 복사해 주세요.",
        "this is no centre's key, or it was mistyped; please copy what /fingerprint key shows.",
    ),
    "sealed_format": (
        "--for는 ansim 형식에만 쓸 수 있습니다. 다른 형식에는 대표 해시만 담습니다.",
        "--for goes with the format ansim alone; the others hold canonical hashes only.",
    ),
    "descriptors_alone": (
        "--descriptors는 --for와 함께 써야 합니다. 봉인하지 않고는 내보내지 않습니다.",
        "--descriptors needs --for: they are never written unsealed.",
    ),
    "missing": ("파일이 없습니다.", "there is no such file."),
    "unreadable": ("파일을 열 수 없습니다.", "the file can't be opened."),
    "no_pictures": ("폴더가 비어 있습니다.", "the folder is empty."),
    "too_many": (
        "파일이 너무 많습니다. 한 번에 10,000개까지 됩니다.",
        "too many files; 10,000 at a time is the most.",
    ),
    "unwritable": ("여기에 쓸 수 없습니다.", "this can't be written."),
    "no_files": (
        "사진, 동영상, 폴더를 적어 주세요. 예: ansim hash 사진.jpg --out prints.json",
        "name pictures, videos or folders: ansim hash picture.jpg --out prints.json",
    ),
    "page_written": (
        "해시를 만드는 페이지를 썼습니다: {file}. 파이썬이 없는 컴퓨터에서 이 파일을 브라우저로 여십시오.",
        "wrote the page that makes hashes: {file}. Open it in a browser where there is no Python.",
    ),
    "summary": (
        "{done}개의 해시를 만들었습니다. 실패 {failed}개.",
        "made the hashes of {done}; {failed} failed.",
    ),
}


def said(key: str, lang: Lang, **values: object) -> str:
    """The sentence of `key` with its values filled in."""
    korean, english = (text.format(**values) for text in _TEXTS[key])
    return {Lang.KO: korean, Lang.EN: english, Lang.BOTH: f"{korean} / {english}"}[lang]


def of_video(reason: str) -> str:
    """The key for a video that can't be hashed; other limits hold for it than for pictures."""
    return f"video_{reason}" if f"video_{reason}" in _TEXTS else reason


def lang_of_environment() -> Lang:
    """By LC_ALL, LC_MESSAGES or LANG, whichever is set first, as programs on a terminal do."""
    names = (os.environ.get(each) for each in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = next((name for name in names if name), "")[:2]
    return Lang(spoken) if spoken in (Lang.KO, Lang.EN) else Lang.BOTH


def language_of_terminal() -> str:
    """The language for what is told in one alone: English where it is set, else Korean."""
    return str(Lang.EN if lang_of_environment() is Lang.EN else Lang.KO)
