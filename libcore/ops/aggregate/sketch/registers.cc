#include "libcore/ops/aggregate/sketch/registers.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// Ertl's sums over the registers that are still 0, and those that are full.
double sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1;
  double z = x;
  for (double before = -1; z != before;) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

double tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1;
  double z = 1 - x;
  for (double before = -1; z != before;) {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

[[noreturn]] void fail_sketch() {
  throw Error("a partial state is not a sketch of distinct values");
}

}  // namespace

void DistinctRegisters::add_entry(uint32_t index, uint32_t rank) {
  const uint32_t entry = index << 8 | rank;
  auto at = std::lower_bound(entries_.begin(), entries_.end(), index << 8);
  if (at != entries_.end() && *at >> 8 == index) {
    *at = std::max(*at, entry);
  } else if (entries_.size() < kMostEntries) {
    entries_.insert(at, entry);
  } else {
    expand();
    add(index, rank);
  }
}

double DistinctRegisters::estimate() const {
  std::array<int64_t, kRankBits + 2> counts{};  // of registers by their rank
  counts[0] = static_cast<int64_t>(kRegisters - entries_.size());
  for (uint32_t entry : entries_)
    ++counts[entry & kRankMask];
  if (!registers_.empty()) counts[0] = 0;
  for (uint8_t rank : registers_)
    ++counts[rank];
  const auto m = static_cast<double>(kRegisters);
  double z = m * tau(1 - static_cast<double>(counts[kRankBits + 1]) / m);
  for (size_t k = kRankBits; k >= 1; --k)
    z = 0.5 * (z + static_cast<double>(counts[k]));
  z += m * sigma(static_cast<double>(counts[0]) / m);
  return m * m / (2 * std::log(2.0)) / z;
}

std::string_view DistinctRegisters::bytes() const {
  if (!registers_.empty())
    return {reinterpret_cast<const char*>(registers_.data()), registers_.size()};
  return {reinterpret_cast<const char*>(entries_.data()), 4 * entries_.size()};
}

void DistinctRegisters::merge(std::string_view bytes) {
  if (bytes.size() == kRegisters) {
    for (size_t i = 0; i < kRegisters; ++i) {
      const auto rank = static_cast<unsigned char>(bytes[i]);
      if (rank != 0) add_checked(static_cast<uint32_t>(i), rank);
    }
    return;
  }
  if (bytes.size() % 4 != 0 || bytes.size() > 4 * kMostEntries) fail_sketch();
  for (size_t at = 0; at < bytes.size(); at += 4) {
    uint32_t entry = 0;
    std::memcpy(&entry, bytes.data() + at, 4);
    add_checked(entry >> 8, entry & kRankMask);
  }
}

void DistinctRegisters::add_checked(uint32_t index, uint32_t rank) {
  if (index >= kRegisters || rank == 0 || rank > kRankBits + 1) fail_sketch();
  add(index, rank);
}

void DistinctRegisters::expand() {
  registers_.resize(kRegisters);
  for (uint32_t entry : entries_)
    registers_[entry >> 8] = static_cast<uint8_t>(entry & kRankMask);
  std::vector<uint32_t>().swap(entries_);
}

}  // namespace penstock
