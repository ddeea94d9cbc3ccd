#include "libcore/os/decompress/deflate.h"

#include <zlib.h>

#include <algorithm>
#include <new>

#include "libcore/base/check.h"

namespace penstock {
namespace {

// zlib counts in 32 bits.
constexpr size_t kMostBytes = size_t{1} << 30;

}  // namespace

struct Inflater::Stream {
  z_stream state{};
};

Inflater::Inflater(Wrapping wrapping) : stream_(std::make_unique<Stream>()) {
  const int window = wrapping == Wrapping::kGzip ? 15 + 16 : -15;
  if (inflateInit2(&stream_->state, window) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() {
  inflateEnd(&stream_->state);
}

Inflater::Step Inflater::step(const uint8_t* in, size_t in_size, uint8_t* out, size_t out_size) {
  z_stream& state = stream_->state;
  const auto given = static_cast<uInt>(std::min(in_size, kMostBytes));
  const auto room = static_cast<uInt>(std::min(out_size, kMostBytes));
  // The input pointer is not const only for zlib's own old callers.
  state.next_in = const_cast<Bytef*>(in);
  state.avail_in = given;
  state.next_out = out;
  state.avail_out = room;
  const int result = inflate(&state, Z_NO_FLUSH);
  Step step;
  step.read = given - state.avail_in;
  step.written = room - state.avail_out;
  step.is_end = result == Z_STREAM_END;
  if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
    step.fault = state.msg != nullptr ? state.msg : "not deflated data";
  }
  return step;
}

void Inflater::reset() {
  const int result = inflateReset(&stream_->state);
  PENSTOCK_CHECK(result == Z_OK);
}

uint32_t crc32_of(uint32_t crc, const uint8_t* data, size_t size) {
  return static_cast<uint32_t>(crc32_z(crc, data, size));
}

}  // namespace penstock
