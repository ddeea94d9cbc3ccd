// The seam to zstd for input; ../compress.cc is the one for output.

#include <algorithm>
#include <bit>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/os/decompress/decompressor.h"
#include "libcore/os/zstd_library.h"

namespace penstock {
namespace {

// A frame's header has at most that many bytes.
constexpr size_t kFrameHeaderBytes = 18;

// Returns the bytes of the window that a frame needs: those of its window descriptor (an exponent
// in five bits, eighths in three), or the size of a frame that is one segment (RFC 8878, 3.1.1.1).
// `frame` begins with the frame and has all of its header.
uint64_t window_of(std::string_view frame) {
  auto byte = [&](size_t i) {
    return i < frame.size() ? static_cast<unsigned char>(frame[i]) : uint64_t{0};
  };
  uint64_t descriptor = byte(4);
  bool single_segment = (descriptor & 0x20) != 0;
  if (!single_segment) {
    uint64_t base = uint64_t{1} << (10 + (byte(5) >> 3));
    return base + base / 8 * (byte(5) & 7);
  }
  constexpr size_t kIdBytes[4] = {0, 1, 2, 4};
  constexpr size_t kSizeBytes[4] = {1, 2, 4, 8};
  size_t at = 5 + kIdBytes[descriptor & 3];
  size_t count = kSizeBytes[descriptor >> 6];
  uint64_t size = count == 2 ? 256 : 0;
  for (size_t i = 0; i < count; ++i)
    size += byte(at + i) << (8 * i);
  return size;
}

class ZstdSource : public Decompressor {
 public:
  ZstdSource(ByteSourcePtr below, int64_t max_window)
      : Decompressor(std::move(below)), context_(zstd().createDCtx(), zstd().freeDCtx) {
    if (!context_) throw std::bad_alloc();
    auto log = static_cast<int>(std::bit_width(static_cast<uint64_t>(max_window - 1)));
    allowed_ = int64_t{1} << log;
    zstd().DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, log);
  }

 protected:
  int64_t decode(uint8_t* out, int64_t size) override {
    ZSTD_inBuffer in{input(), input_size(), 0};
    ZSTD_outBuffer written{out, static_cast<size_t>(size), 0};
    if (between_) header_.clear();
    if (header_.size() < kFrameHeaderBytes) {
      header_.append(reinterpret_cast<const char*>(input()),
                     std::min(input_size(), kFrameHeaderBytes - header_.size()));
    }
    size_t result = zstd().decompressStream(context_.get(), &written, &in);
    if (zstd().getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge) {
      throw window_error(name(), window_of(header_), static_cast<uint64_t>(allowed_));
    }
    if (zstd().isError(result) != 0) damaged(zstd().getErrorName(result));
    at_ += in.pos;
    between_ = result == 0;
    return static_cast<int64_t>(written.pos);
  }

 private:
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context_;
  int64_t allowed_ = 0;  // of a window, in bytes
  std::string header_;   // the first bytes of the frame
};

}  // namespace

ByteSourcePtr make_zstd_source(ByteSourcePtr below, int64_t max_window) {
  return std::make_unique<ZstdSource>(std::move(below), max_window);
}

}  // namespace penstock
