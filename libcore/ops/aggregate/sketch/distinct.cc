#include "libcore/ops/aggregate/sketch/distinct.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/hash.h"
#include "libcore/ops/aggregate/loop.h"

namespace penstock {
namespace {

constexpr uint32_t kIndexBits = 12;
constexpr size_t kRegisters = size_t{1} << kIndexBits;
constexpr uint32_t kRankBits = 64 - kIndexBits;  // the most zeros that a rank counts
constexpr size_t kMostEntries = 512;             // in the short form; above it, all registers
constexpr uint32_t kRankMask = 0xFF;

// Registers of one group. In the short form `bytes` holds entries of 4 bytes, index << 8 | rank,
// ascending by index; else one byte for each register.
class Registers {
 public:
  void add_hash(uint64_t hash) {
    const auto index = static_cast<uint32_t>(hash >> kRankBits);
    const uint64_t rest = hash << kIndexBits;
    const uint32_t zeros = rest == 0 ? kRankBits : static_cast<uint32_t>(std::countl_zero(rest));
    add(index, zeros + 1);
  }

  void add(uint32_t index, uint32_t rank) {
    if (!registers_.empty()) {
      registers_[index] = std::max(registers_[index], static_cast<uint8_t>(rank));
      return;
    }
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

  bool is_empty() const { return entries_.empty() && registers_.empty(); }

  double estimate() const {
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

  std::string_view bytes() const {
    if (!registers_.empty())
      return {reinterpret_cast<const char*>(registers_.data()), registers_.size()};
    return {reinterpret_cast<const char*>(entries_.data()), 4 * entries_.size()};
  }

  // Throws Error for what bytes() cannot have given.
  void merge(std::string_view bytes) {
    if (bytes.size() == kRegisters) {
      for (size_t i = 0; i < kRegisters; ++i) {
        const auto rank = static_cast<unsigned char>(bytes[i]);
        if (rank != 0) add_checked(static_cast<uint32_t>(i), rank);
      }
      return;
    }
    if (bytes.size() % 4 != 0 || bytes.size() > 4 * kMostEntries) fail_state();
    for (size_t at = 0; at < bytes.size(); at += 4) {
      uint32_t entry = 0;
      std::memcpy(&entry, bytes.data() + at, 4);
      add_checked(entry >> 8, entry & kRankMask);
    }
  }

  int64_t held() const {
    return static_cast<int64_t>(entries_.capacity() * 4 + registers_.capacity());
  }

 private:
  [[noreturn]] static void fail_state() {
    throw Error("a partial state is not a sketch of distinct values");
  }
  void add_checked(uint32_t index, uint32_t rank) {
    if (index >= kRegisters || rank == 0 || rank > kRankBits + 1) fail_state();
    add(index, rank);
  }

  void expand() {
    registers_.resize(kRegisters);
    for (uint32_t entry : entries_)
      registers_[entry >> 8] = static_cast<uint8_t>(entry & kRankMask);
    std::vector<uint32_t>().swap(entries_);
  }

  // Ertl's sums over the registers that are still 0, and those that are full.
  static double sigma(double x) {
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
  static double tau(double x) {
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

  std::vector<uint32_t> entries_;
  std::vector<uint8_t> registers_;
};

class DistinctSketch : public AggregateState {
 public:
  void resize(int64_t groups) override { groups_.resize(static_cast<size_t>(groups)); }

  void add(const AggregateRows& rows) override {
    const ColumnPtr& column = rows.columns[0];
    if (rows.groups.empty()) return;
    const std::vector<uint64_t> hashes = key_hashes({&column, 1});
    for_each_value(rows, *column, [&](size_t group, int64_t i) {
      change(group,
             [&](Registers& registers) { registers.add_hash(hashes[static_cast<size_t>(i)]); });
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    FixedBuilder<int64_t> results;
    for (int64_t i = begin; i < begin + count; ++i) {
      const Registers& registers = groups_[static_cast<size_t>(i)];
      results.append(registers.is_empty() ? 0 : std::llround(registers.estimate()));
    }
    return results.finish(int64_type());
  }

  std::vector<Field> state_fields() const override { return {{"sketch", binary_type(), true, {}}}; }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    BytesBuilder sketches;
    for (int64_t i = begin; i < begin + count; ++i)
      sketches.append(groups_[static_cast<size_t>(i)].bytes());
    return {sketches.finish(binary_type())};
  }
  void merge(const AggregateRows& states) override {
    const Column& sketches = *states.columns[0];
    for_each_value(states, sketches, [&](size_t group, int64_t i) {
      change(group, [&](Registers& registers) { registers.merge(sketches.bytes_at(i)); });
    });
  }
  int64_t bytes() const override { return vector_bytes(groups_) + held_; }

 private:
  template <typename Change>
  void change(size_t group, Change apply) {
    Registers& registers = groups_[group];
    const int64_t before = registers.held();
    apply(registers);
    held_ += registers.held() - before;
  }

  std::vector<Registers> groups_;
  int64_t held_ = 0;
};

}  // namespace

AggregateStatePtr make_distinct_sketch_state() {
  return std::make_unique<DistinctSketch>();
}

}  // namespace penstock
