#include "libcore/text/line_counter.h"

#include <algorithm>
#include <vector>

#include "libcore/text/byte_scan.h"

namespace penstock {

int64_t count_newlines(const ByteSource& source, int64_t begin, int64_t end) {
  std::vector<uint8_t> piece(size_t{256} << 10);
  int64_t lines = 0;
  while (begin < end) {
    int64_t got = source.read_at(begin, piece.data(),
                                 std::min(static_cast<int64_t>(piece.size()), end - begin));
    if (got == 0) break;
    lines += count_byte(piece.data(), got, '\n');
    begin += got;
  }
  return lines;
}

}  // namespace penstock
