#include "libcore/os/decompress/decompressor.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"

namespace penstock {
namespace {

constexpr int64_t kInputBytes = int64_t{256} << 10;
// What is decoded at a time while waiting for a pipe.
constexpr size_t kMadeBytes = size_t{64} << 10;

std::string size_text(uint64_t bytes) {
  constexpr uint64_t kMiB = uint64_t{1} << 20;
  if (bytes % kMiB == 0) return std::to_string(bytes / kMiB) + " MiB";
  return std::to_string(bytes) + " bytes";
}

}  // namespace

Decompressor::Decompressor(ByteSourcePtr below)
    : below_(std::move(below)), input_(static_cast<size_t>(kInputBytes)) {}

bool Decompressor::fill() {
  at_ = 0;
  end_ = static_cast<size_t>(below_->read(input_.data(), kInputBytes));
  return end_ > 0;
}

int64_t Decompressor::decode_into(uint8_t* out, int64_t size) {
  const int64_t count = decode(out, size);
  may_hold_ = count == size && !between_;
  return count;
}

int64_t Decompressor::read(void* out, int64_t size) {
  if (size == 0) return 0;
  if (made_at_ < made_.size()) {
    const size_t count = std::min(made_.size() - made_at_, static_cast<size_t>(size));
    std::memcpy(out, made_.data() + made_at_, count);
    made_at_ += count;
    return static_cast<int64_t>(count);
  }
  for (;;) {
    if (at_ == end_ && !may_hold_ && !fill()) {
      if (!between_) throw Error::of_input(name() + ": compressed data ends too early");
      return 0;
    }
    const int64_t count = decode_into(static_cast<uint8_t*>(out), size);
    if (count > 0) return count;
  }
}

bool Decompressor::wait(std::chrono::milliseconds quiet, std::chrono::milliseconds most) {
  using Clock = std::chrono::steady_clock;
  if (made_at_ < made_.size() || !below_->waits()) return true;
  const Clock::time_point until = Clock::now() + most;
  for (;;) {
    if (at_ == end_ && !may_hold_) {
      const auto left = std::chrono::floor<std::chrono::milliseconds>(until - Clock::now());
      if (!below_->wait(quiet, std::max(left, std::chrono::milliseconds(0)))) return false;
      if (!fill()) return true;
    }
    made_.resize(kMadeBytes);
    made_at_ = made_.size();
    const int64_t count = decode_into(made_.data(), static_cast<int64_t>(kMadeBytes));
    made_.resize(static_cast<size_t>(count));
    made_at_ = 0;
    if (count > 0) return true;
  }
}

void Decompressor::damaged(const std::string& reason) const {
  throw Error::of_input(name() + ": compressed data is damaged (" + reason + ")");
}

bool Decompressor::skip_zeros() {
  const size_t from = at_;
  while (at_ < end_ && input()[0] == 0)
    ++at_;
  return at_ > from;
}

Error window_error(const std::string& name, uint64_t needed, uint64_t allowed) {
  const std::string what = name + ": compressed data needs a window of " + size_text(needed);
  if (needed > static_cast<uint64_t>(kMostWindowBytes)) {
    return Error::of_input(what + ", more than the " +
                           size_text(static_cast<uint64_t>(kMostWindowBytes)) + " that are read");
  }
  const uint64_t power = std::max(std::bit_ceil(needed), uint64_t{1} << 10) >> 10;
  const std::string option =
      power < 1024 ? std::to_string(power) + "K" : std::to_string(power >> 10) + "M";
  return Error::of_input(what + ", more than the " + size_text(allowed) +
                         " that are allowed; use --max-window " + option);
}

}  // namespace penstock
