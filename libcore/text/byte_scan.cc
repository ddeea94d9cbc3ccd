#include "libcore/text/byte_scan.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "libcore/text/byte_scan.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace penstock {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

int64_t count_byte_kernel(const uint8_t* data, int64_t size, uint8_t byte) {
  const hn::ScalableTag<uint8_t> bytes;
  const hn::Repartition<uint64_t, decltype(bytes)> words;
  const auto lanes = static_cast<int64_t>(hn::Lanes(bytes));
  const auto wanted = hn::Set(bytes, byte);
  auto total = hn::Zero(words);
  int64_t at = 0;
  while (at + 2 * lanes <= size) {
    // Each lane counts down from 0 at most 255 times before it is added to the total.
    int64_t stop = std::min(size, at + int64_t{255} * 2 * lanes);
    auto even = hn::Zero(bytes);
    auto odd = hn::Zero(bytes);
    for (; at + 2 * lanes <= stop; at += 2 * lanes) {
      even = hn::Sub(even, hn::VecFromMask(bytes, hn::Eq(hn::LoadU(bytes, data + at), wanted)));
      odd =
          hn::Sub(odd, hn::VecFromMask(bytes, hn::Eq(hn::LoadU(bytes, data + at + lanes), wanted)));
    }
    total = hn::Add(total, hn::Add(hn::SumsOf8(even), hn::SumsOf8(odd)));
  }
  auto count = static_cast<int64_t>(hn::GetLane(hn::SumOfLanes(words, total)));
  for (; at < size; ++at)
    count += data[at] == byte ? 1 : 0;
  return count;
}

bool has_lone_return_kernel(const uint8_t* data, int64_t size) {
  const hn::ScalableTag<uint8_t> bytes;
  const auto lanes = static_cast<int64_t>(hn::Lanes(bytes));
  const auto carriage = hn::Set(bytes, uint8_t{'\r'});
  const auto newline = hn::Set(bytes, uint8_t{'\n'});
  int64_t at = 0;
  for (; at + lanes <= size; at += lanes) {
    const auto returns = hn::Eq(hn::LoadU(bytes, data + at), carriage);
    const auto ends = hn::Eq(hn::LoadU(bytes, data + at + 1), newline);
    if (HWY_LIKELY(hn::AllFalse(bytes, hn::AndNot(ends, returns)))) continue;
    const auto second = hn::And(hn::Eq(hn::LoadU(bytes, data + at + 1), carriage),
                                hn::Eq(hn::LoadU(bytes, data + at + 2), newline));
    if (!hn::AllFalse(bytes, hn::AndNot(hn::Or(ends, second), returns))) return true;
  }
  for (; at < size; ++at) {
    if (data[at] != '\r' || data[at + 1] == '\n') continue;
    if (data[at + 1] != '\r' || data[at + 2] != '\n') return true;
  }
  return false;
}

}  // namespace HWY_NAMESPACE
}  // namespace penstock
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace penstock {

HWY_EXPORT(count_byte_kernel);
HWY_EXPORT(has_lone_return_kernel);

int64_t count_byte(const uint8_t* data, int64_t size, uint8_t byte) {
  return HWY_DYNAMIC_DISPATCH(count_byte_kernel)(data, size, byte);
}

bool has_odd_quotes(const uint8_t* data, int64_t size, char quote) {
  return (count_byte(data, size, static_cast<uint8_t>(quote)) & 1) != 0;
}

bool has_lone_return(const uint8_t* data, int64_t size) {
  return HWY_DYNAMIC_DISPATCH(has_lone_return_kernel)(data, size);
}

}  // namespace penstock
#endif
