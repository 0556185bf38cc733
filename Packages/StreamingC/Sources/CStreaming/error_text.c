#include "error_text.h"

#include <string.h>

#include "streaming.h"

static _Thread_local char error_text[2048];

void streaming_set_error_text(const char *text) {
  size_t length = strnlen(text, sizeof error_text);
  if (length == sizeof error_text) {
    length--;
    // The bytes that go on with a UTF-8 character: cut before its first one.
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) length--;
  }
  memcpy(error_text, text, length);
  error_text[length] = 0;
}

const char *streaming_error_text(void) { return error_text; }
