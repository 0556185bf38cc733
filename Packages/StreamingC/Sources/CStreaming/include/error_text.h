// Not for users: where the library leaves the text that `streaming_error_text` gives.
#ifndef STREAMING_ERROR_TEXT_H
#define STREAMING_ERROR_TEXT_H

/// Keeps a copy of the text for this thread, cut at a character's end if it is long.
void streaming_set_error_text(const char *text);

#endif
