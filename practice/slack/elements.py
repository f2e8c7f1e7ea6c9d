"""The shapes of everything that can be pressed, chosen or filled in."""

from practice.slack.compositions import (
    CHOICES,
    CONFIRM,
    HAS_CHOICES,
    OPTION,
    PICTURE,
    RICH_OPTION,
    among,
    plain,
)
from practice.slack.rules import Check, anything, both, flag, one_of, several, shape, string, whole

_SHARED = {"action_id": string(255), "focus_on_load": flag}
_MENU = {**_SHARED, "placeholder": plain(150), "confirm": CONFIRM}
_MANY = {**_MENU, "max_selected_items": whole(1, 100)}
_ID = string(255)
_IDS = several(_ID, 100)
_WORDS = {**_SHARED, "placeholder": plain(150), "dispatch_action_config": anything}
_FEW = several(RICH_OPTION, 10)

_BUTTON = shape(
    {"text": plain(75)},
    {
        "action_id": string(255),
        "url": string(3000),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
_SINGLE_MENUS: dict[str, Check] = {
    "static_select": both(
        shape({}, {**_MENU, **CHOICES, "initial_option": OPTION}),
        HAS_CHOICES,
        among("initial_option"),
    ),
    "external_select": shape(
        {}, {**_MENU, "initial_option": OPTION, "min_query_length": whole(0, 100)}
    ),
    "users_select": shape({}, {**_MENU, "initial_user": _ID}),
    "conversations_select": shape(
        {},
        {
            **_MENU,
            "initial_conversation": _ID,
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": anything,
        },
    ),
    "channels_select": shape({}, {**_MENU, "initial_channel": _ID, "response_url_enabled": flag}),
}
_MULTI_MENUS: dict[str, Check] = {
    "multi_static_select": both(
        shape({}, {**_MANY, **CHOICES, "initial_options": several(OPTION, 100)}),
        HAS_CHOICES,
        among("initial_options"),
    ),
    "multi_external_select": shape(
        {}, {**_MANY, "initial_options": several(OPTION, 100), "min_query_length": whole(0, 100)}
    ),
    "multi_users_select": shape({}, {**_MANY, "initial_users": _IDS}),
    "multi_conversations_select": shape(
        {},
        {
            **_MANY,
            "initial_conversations": _IDS,
            "default_to_current_conversation": flag,
            "filter": anything,
        },
    ),
    "multi_channels_select": shape({}, {**_MANY, "initial_channels": _IDS}),
}
_PICKERS: dict[str, Check] = {
    "datepicker": shape({}, {**_MENU, "initial_date": string(10, 10)}),
    "timepicker": shape({}, {**_MENU, "initial_time": string(5, 5), "timezone": string(255)}),
    "datetimepicker": shape(
        {}, {**_SHARED, "confirm": CONFIRM, "initial_date_time": whole(10**9, 10**10 - 1)}
    ),
}
_TICKS: dict[str, Check] = {
    "radio_buttons": both(
        shape({"options": _FEW}, {**_SHARED, "confirm": CONFIRM, "initial_option": RICH_OPTION}),
        among("initial_option"),
    ),
    "checkboxes": both(
        shape({"options": _FEW}, {**_SHARED, "confirm": CONFIRM, "initial_options": _FEW}),
        among("initial_options"),
    ),
}
_OVERFLOW = shape({"options": several(OPTION, 5)}, {"action_id": string(255), "confirm": CONFIRM})
_INPUTS: dict[str, Check] = {
    "plain_text_input": shape(
        {},
        {
            **_WORDS,
            "initial_value": string(3000, 0),
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
    ),
    "email_text_input": shape({}, {**_WORDS, "initial_value": string(3000, 0)}),
    "url_text_input": shape({}, {**_WORDS, "initial_value": string(3000, 0)}),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        {
            **_WORDS,
            "initial_value": string(100, 0),
            "min_value": string(100),
            "max_value": string(100),
        },
    ),
    "rich_text_input": shape({}, {**_WORDS, "initial_value": anything}),
    "file_input": shape(
        {},
        {"action_id": string(255), "filetypes": several(_ID, 100), "max_files": whole(1, 10)},
    ),
}

IN_ACTIONS: dict[str, Check] = {
    "button": _BUTTON,
    "overflow": _OVERFLOW,
    **_SINGLE_MENUS,
    **_PICKERS,
    **_TICKS,
}
IN_SECTION: dict[str, Check] = {**IN_ACTIONS, **_MULTI_MENUS, "image": PICTURE}
IN_INPUT: dict[str, Check] = {
    **_SINGLE_MENUS,
    **_MULTI_MENUS,
    **_PICKERS,
    **_TICKS,
    **_INPUTS,
}
