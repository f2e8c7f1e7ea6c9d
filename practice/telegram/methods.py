"""The table of the Bot API's methods that the practice Telegram answers."""

from practice.telegram import changing, profile, sending, webhooks
from practice.telegram.polling import Polls
from practice.telegram.profile import Handler


def methods(polls: Polls) -> dict[str, Handler]:
    """Handlers by method name in lower case, since the Bot API doesn't mind case."""
    table: dict[str, Handler] = {
        "getUpdates": polls.get_updates,
        "setWebhook": webhooks.set_webhook,
        "deleteWebhook": webhooks.delete_webhook,
        "getWebhookInfo": webhooks.get_webhook_info,
        "getMe": profile.get_me,
        "logOut": profile.do_nothing,
        "close": profile.do_nothing,
        "getChat": profile.get_chat,
        "getFile": profile.get_file,
        "sendMessage": sending.send_message,
        "sendPhoto": sending.send_photo,
        "sendDocument": sending.send_document,
        "sendLocation": sending.send_location,
        "sendChatAction": sending.send_chat_action,
        "editMessageText": changing.edit_text,
        "editMessageCaption": changing.edit_caption,
        "editMessageReplyMarkup": changing.edit_markup,
        "deleteMessage": changing.delete_message,
        "deleteMessages": changing.delete_messages,
        "answerCallbackQuery": changing.answer_query,
        "setMyCommands": profile.set_commands,
        "getMyCommands": profile.get_commands,
        "deleteMyCommands": profile.delete_commands,
        "setMyProfilePhoto": profile.set_picture,
        "removeMyProfilePhoto": profile.remove_picture,
    }
    return {name.lower(): handler for name, handler in (table | _texts()).items()}


def _texts() -> dict[str, Handler]:
    """Setters and getters of the profile's texts, with their limits in characters."""
    table: dict[str, Handler] = {}
    for method, record, argument, limit in (
        ("MyName", "names", "name", 64),
        ("MyDescription", "descriptions", "description", 512),
        ("MyShortDescription", "short_descriptions", "short_description", 120),
    ):
        table[f"set{method}"] = profile.text_setter(record, argument, limit)
        table[f"get{method}"] = profile.text_getter(record, argument)
    return table
