#ifndef STREAMING_EXCHANGE_H
#define STREAMING_EXCHANGE_H

#include <stdint.h>

/// Exchanges elements `top`, `top - 1`, … with those at `partners[0]`, `partners[1]`, …, whose memory is asked for early.
/// Returns how many were exchanged: fewer than `count` where a partner or a position is not below `element_count`.
int64_t exchange_words(uint32_t *elements, int64_t element_count, int64_t top, const uint32_t *partners, int64_t count);

#endif
