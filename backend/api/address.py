"""Addresses that callers choose and that Drover then calls: of webhooks, and of devices."""

from __future__ import annotations

import re
from typing import Any

from rest_framework import serializers

from backend.api.strict import StrictCharField
from backend.outside.addresses import BadAddress, check_url


class AddressField(StrictCharField):
    """An address of the public internet, or of what the operator allows besides."""

    pattern = r"^https?://[^\s/]"

    def to_internal_value(self, data: Any) -> str:
        url = str(super().to_internal_value(data))
        if not re.match(self.pattern, url):
            raise serializers.ValidationError("Give a whole address, such as https://example.org/drover.")
        try:
            check_url(url)
        except BadAddress as error:
            raise serializers.ValidationError(str(error)) from None
        return url
