#include "libcore/table/divide_files.h"

#include <algorithm>

#include "libcore/base/check.h"

namespace penstock {
namespace {

// A run of units for one of `parts` readers; or one unit, of which several readers share parts.
struct Share {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t part = 1;
  int64_t parts = 1;
};

// Readers and units are laid on one line, equally long: a reader has the units that begin in its
// stretch, or, where readers are more, shares the one in which its stretch begins.
Share share_of(int64_t units, int64_t part, int64_t parts) {
  if (units == 0) return {};
  const int64_t reader = part - 1;
  if (parts <= units) return {units * reader / parts, units * (reader + 1) / parts, 1, 1};
  const int64_t unit = units * reader / parts;
  // The readers whose stretch begins in this unit.
  const int64_t first = (unit * parts + units - 1) / units;
  const int64_t behind = ((unit + 1) * parts + units - 1) / units;
  return {unit, unit + 1, reader - first + 1, behind - first};
}

}  // namespace

std::vector<FilePart> divide_files(std::span<const int64_t> partitions, int64_t count, int64_t part,
                                   int64_t parts) {
  PENSTOCK_CHECK(part >= 1 && part <= parts);
  // The first file of a partition, or of the next one that has files.
  const auto first_file = [&](int64_t partition) {
    return std::lower_bound(partitions.begin(), partitions.end(), partition) - partitions.begin();
  };
  std::vector<FilePart> taken;
  const Share by_partition = share_of(count, part, parts);
  const int64_t begin = first_file(by_partition.begin);
  const int64_t end = first_file(by_partition.end);
  Share by_file{0, end - begin, 1, 1};
  if (by_partition.parts > 1) {
    by_file = share_of(end - begin, by_partition.part, by_partition.parts);
  }
  for (int64_t file = begin + by_file.begin; file < begin + by_file.end; ++file)
    taken.push_back({static_cast<size_t>(file), by_file.part, by_file.parts});
  return taken;
}

}  // namespace penstock
