"""What Django REST framework says of fields and calls, which has no Welsh: collected here, so that our catalogue has it.

Only what passengers can get. Nothing is done with it: the framework looks its own sentences up.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SENTENCES = (
    _("This field is required."),
    _("This field may not be null."),
    _("This field may not be blank."),
    _("Not a valid string."),
    _("Ensure this field has no more than {max_length} characters."),
    _("Enter a valid email address."),
    _('Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.'),
    _("A valid integer is required."),
    _("Ensure this value is less than or equal to {max_value}."),
    _("Ensure this value is greater than or equal to {min_value}."),
    _("Date has wrong format. Use one of these formats instead: {format}."),
    _('"{input}" is not a valid choice.'),
    _('Expected a list of items but got type "{input_type}".'),
    _("This list may not be empty."),
    _("Ensure this field has no more than {max_length} elements."),
    _("Ensure this field has at least {min_length} elements."),
    _("Authentication credentials were not provided."),
    _("Incorrect authentication credentials."),
    _("Invalid token."),
    _("User inactive or deleted."),
    _("You do not have permission to perform this action."),
    _('Method "{method}" not allowed.'),
    _('Unsupported media type "{media_type}" in request.'),
    _("Could not satisfy the request Accept header."),
)
