#include "libcore/text/beginning.h"

#include <span>

#include "libcore/base/limits.h"

namespace penstock {

Beginning::Beginning(PeekableSource& source, int64_t wanted, const Patience& patience)
    : source_(source), wanted_(wanted), patience_(patience) {
  look(1);
}

bool Beginning::grow() {
  const int64_t seen = std::ssize(text_);
  if (is_whole_ || seen > kMaxRecordBytes) return false;
  if (seen == wanted_) wanted_ *= 2;
  look(seen + 1);
  return true;
}

void Beginning::look(int64_t least) {
  std::span<const uint8_t> bytes = source_.peek(wanted_, patience_, least);
  text_ = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  is_whole_ = std::ssize(bytes) < wanted_ && source_.at_end();
}

}  // namespace penstock
