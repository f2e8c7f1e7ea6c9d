"""What every Web API method is: a function of the workspace, the caller and the arguments."""

from collections.abc import Callable

from practice.shelf import Document
from practice.slack.arguments import Arguments
from practice.slack.tokens import Caller
from practice.slack.workspace import Workspace

Call = Callable[[Workspace, Caller, Arguments], Document]
