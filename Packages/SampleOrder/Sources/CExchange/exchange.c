#include "exchange.h"

// Swift has no prefetch. Partners lie anywhere in the array: asked for this early, their lines are there when it is their turn.
enum { AHEAD = 64 };

int64_t exchange_words(uint32_t *elements, int64_t element_count, int64_t top, const uint32_t *partners, int64_t count) {
  if (top >= element_count || count > top) return 0;
  for (int64_t i = 0; i < count; i++) {
    if (i + AHEAD < count) __builtin_prefetch(&elements[partners[i + AHEAD]], 1);
    int64_t partner = partners[i];
    if (partner >= element_count) return i;
    uint32_t element = elements[top - i];
    elements[top - i] = elements[partner];
    elements[partner] = element;
  }
  return count;
}
