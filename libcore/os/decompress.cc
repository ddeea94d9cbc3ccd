// The seam to zlib and zstd: decompresses whole files, which it recognizes by their first bytes.
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

constexpr int64_t kInputBytes = int64_t{256} << 10;
// A zstd frame's header has at most that many bytes.
constexpr size_t kFrameHeaderBytes = 18;
constexpr int kLayers = 2;

bool begins_gzip(std::span<const uint8_t> head) {
  return head.size() >= 3 && head[0] == 0x1f && head[1] == 0x8b && head[2] == 8;
}

// A frame, or a skippable one (pzstd begins its files with such).
bool begins_zstd(std::span<const uint8_t> head) {
  if (head.size() < 4) return false;
  bool frame = head[0] == 0x28 && head[1] == 0xb5 && head[2] == 0x2f && head[3] == 0xfd;
  bool skippable =
      (head[0] & 0xf0) == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18;
  return frame || skippable;
}

// The first bytes, which are waited for unless the first one begins no compressed data.
std::span<const uint8_t> peek_magic(PeekableSource& source) {
  std::span<const uint8_t> head = source.peek(1);
  const uint8_t first = head.empty() ? 0 : head[0];
  if (first != 0x1f && first != 0x28 && (first & 0xf0) != 0x50) return head;
  return source.peek(4, kGuessPatience, 4);
}

// Reads compressed bytes from below, a piece at a time. Every format is read in the same way:
// decode the available bytes, and where a member ends, check whether another begins.
class Decompressor : public ByteSource {
 public:
  explicit Decompressor(ByteSourcePtr below)
      : below_(std::move(below)), input_(static_cast<size_t>(kInputBytes)) {}

  int64_t read(void* out, int64_t size) override {
    if (size == 0) return 0;
    for (;;) {
      if (at_ == end_) fill();
      if (at_ == end_) {
        if (!between_) throw Error::of_input(name() + ": compressed data ends too early");
        return 0;
      }
      int64_t count = decode(static_cast<uint8_t*>(out), size);
      if (count > 0) return count;
    }
  }

  const std::string& name() const override { return below_->name(); }

 protected:
  // Decodes from input [at_, end_) (not empty), moves at_, and sets between_ to whether a member
  // has just ended. Returns the number of bytes written, which may be 0.
  virtual int64_t decode(uint8_t* out, int64_t size) = 0;

  [[noreturn]] void damaged(const char* reason) const {
    throw Error::of_input(name() + ": compressed data is damaged (" + reason + ")");
  }

  const uint8_t* input() const { return input_.data() + at_; }
  size_t input_size() const { return end_ - at_; }

  size_t at_ = 0;
  size_t end_ = 0;
  bool between_ = false;

 private:
  void fill() {
    at_ = 0;
    end_ = static_cast<size_t>(below_->read(input_.data(), kInputBytes));
  }

  ByteSourcePtr below_;
  std::vector<uint8_t> input_;
};

class GzipSource : public Decompressor {
 public:
  explicit GzipSource(ByteSourcePtr below) : Decompressor(std::move(below)) {
    if (inflateInit2(&stream_, 15 + 16) != Z_OK) throw std::bad_alloc();
  }
  ~GzipSource() override { inflateEnd(&stream_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

 protected:
  int64_t decode(uint8_t* out, int64_t size) override {
    // Programs that write in blocks (tapes, some devices) fill the last one with zeros.
    if (between_ && input()[0] == 0) {
      while (at_ < end_ && input()[0] == 0)
        ++at_;
      return 0;
    }
    if (between_ && inflateReset(&stream_) != Z_OK) damaged("reset");
    between_ = false;
    // zlib counts in 32 bits, and its input pointer is not const only for its own old callers.
    uInt room = static_cast<uInt>(std::min<int64_t>(size, int64_t{1} << 30));
    stream_.next_in = const_cast<Bytef*>(input());
    stream_.avail_in = static_cast<uInt>(input_size());
    stream_.next_out = out;
    stream_.avail_out = room;
    int result = inflate(&stream_, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      damaged(stream_.msg != nullptr ? stream_.msg : "not gzip data");
    }
    at_ = end_ - stream_.avail_in;
    between_ = result == Z_STREAM_END;
    return room - stream_.avail_out;
  }

 private:
  z_stream stream_{};
};

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

std::string size_text(uint64_t bytes) {
  constexpr uint64_t kMiB = uint64_t{1} << 20;
  if (bytes % kMiB == 0) return std::to_string(bytes / kMiB) + " MiB";
  return std::to_string(bytes) + " bytes";
}

class ZstdSource : public Decompressor {
 public:
  ZstdSource(ByteSourcePtr below, int64_t max_window)
      : Decompressor(std::move(below)), context_(ZSTD_createDCtx(), ZSTD_freeDCtx) {
    if (!context_) throw std::bad_alloc();
    auto log = static_cast<int>(std::bit_width(static_cast<uint64_t>(max_window - 1)));
    allowed_ = int64_t{1} << log;
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, log);
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
    size_t result = ZSTD_decompressStream(context_.get(), &written, &in);
    if (ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge) refuse_window();
    if (ZSTD_isError(result) != 0) damaged(ZSTD_getErrorName(result));
    at_ += in.pos;
    between_ = result == 0;
    return static_cast<int64_t>(written.pos);
  }

 private:
  [[noreturn]] void refuse_window() const {
    uint64_t window = window_of(header_);
    std::string needed = "compressed data needs a window of " + size_text(window);
    if (window > static_cast<uint64_t>(kMostWindowBytes)) {
      throw Error::of_input(name() + ": " + needed + ", more than the " +
                            size_text(static_cast<uint64_t>(kMostWindowBytes)) + " that are read");
    }
    uint64_t power = std::max(std::bit_ceil(window), uint64_t{1} << 10) >> 10;
    std::string option =
        power < 1024 ? std::to_string(power) + "K" : std::to_string(power >> 10) + "M";
    throw Error::of_input(name() + ": " + needed + ", more than the " +
                          size_text(static_cast<uint64_t>(allowed_)) +
                          " that are allowed; use --max-window " + option);
  }

  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context_;
  int64_t allowed_ = 0;  // of a window, in bytes
  std::string header_;   // the first bytes of the frame
};

}  // namespace

std::unique_ptr<PeekableSource> open_unwrapped(ByteSourcePtr source, int64_t max_window) {
  auto peekable = std::make_unique<PeekableSource>(std::move(source));
  for (int layer = 0; layer < kLayers; ++layer) {
    std::span<const uint8_t> head = peek_magic(*peekable);
    ByteSourcePtr inside;
    if (begins_gzip(head)) {
      inside = std::make_unique<GzipSource>(std::move(peekable));
    } else if (begins_zstd(head)) {
      inside = std::make_unique<ZstdSource>(std::move(peekable), max_window);
    } else {
      break;
    }
    peekable = std::make_unique<PeekableSource>(std::move(inside));
  }
  return peekable;
}

}  // namespace penstock
