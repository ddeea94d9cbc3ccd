// CHECKs hold in release builds too: a broken invariant ends the process at once, before it can
// give a wrong answer. They are for our own bugs alone. Values that come from a file, a user or a
// peer are tested, and wrong ones are refused with an Error (error.h).
#pragma once

namespace penstock {

// Prints file, line and condition to standard error and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* condition);

}  // namespace penstock

#define PENSTOCK_CHECK(condition)                               \
  do {                                                          \
    if (!(condition)) [[unlikely]]                              \
      ::penstock::check_failed(__FILE__, __LINE__, #condition); \
  } while (false)
