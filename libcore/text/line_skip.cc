#include "libcore/text/line_skip.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "libcore/text/csv/scanner.h"

namespace penstock {
namespace {

constexpr int64_t kPieceBytes = int64_t{64} << 10;

}  // namespace

SkippedLines skip_lines(PeekableSource& source, int64_t lines, bool returns) {
  const std::string_view ends = returns ? "\r\n" : "\n";
  SkippedLines skipped;
  std::vector<char> sink;
  bool in_line = false;
  int64_t least = 1;
  while (skipped.lines < lines) {
    const auto bytes = source.peek(kPieceBytes, kLivePatience, least);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text.empty()) {
      skipped.lines += in_line ? 1 : 0;
      break;
    }
    const bool at_end = std::ssize(text) < kPieceBytes && source.at_end();
    size_t used = 0;
    least = 1;
    while (skipped.lines < lines && used < text.size()) {
      const size_t at = std::min(text.find_first_of(ends, used), text.size());
      in_line = in_line || at > used;
      used = at;
      if (at == text.size()) break;
      const int64_t size =
          returns ? line_end_size(text, static_cast<int64_t>(at), at_end) : int64_t{1};
      if (size == 0) {
        // The bytes after a '\r' decide where the line ends.
        least = std::ssize(text) - static_cast<int64_t>(at) + 1;
        break;
      }
      used += static_cast<size_t>(size);
      ++skipped.lines;
      in_line = false;
    }
    sink.resize(used);
    read_fully(source, sink.data(), std::ssize(sink));
    skipped.bytes += std::ssize(sink);
  }
  return skipped;
}

}  // namespace penstock
