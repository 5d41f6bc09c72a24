"""Bodies of requests: JSON of a bounded size, or one sentence why not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from callbacks.api import ApiError


def json_body(largest: int, hook: Callable[[dict[str, Any]], Any] | None = None) -> Any:
    """The body of the current request; ``hook`` may replace objects in it.

    Raises:
        ApiError: it has more than ``largest`` bytes, or is no JSON.
    """
    request.max_content_length = largest
    try:
        return json.loads(request.get_data(), object_hook=hook)
    except RequestEntityTooLarge as error:
        raise ApiError(413, f"the request is too large; expected at most {largest:,} bytes") from error
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "the request is no JSON that can be read; expected an object") from error
