#include "libcore/text/lines/splitter.h"

#include <cstring>

#include "libcore/text/text_chunks.h"

namespace penstock {

char* LineText::writable() {
  if (!is_changed()) {
    const auto size = static_cast<int64_t>(text_.size());
    copy_.resize(kTextPad + size + kTextPad);
    std::memset(copy_.data(), ' ', static_cast<size_t>(kTextPad));
    std::memcpy(copy_.data() + kTextPad - 4, "true", 4);
    std::memcpy(copy_.data() + kTextPad, text_.data(), text_.size());
    std::memset(copy_.data() + kTextPad + size, ' ', static_cast<size_t>(kTextPad));
    data_ = reinterpret_cast<const char*>(copy_.data()) + kTextPad;
  }
  return reinterpret_cast<char*>(copy_.data()) + kTextPad;
}

}  // namespace penstock
