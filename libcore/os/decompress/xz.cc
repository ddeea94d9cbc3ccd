// The seam to xz's library, which is loaded for the first such input.
#include <lzma.h>

#include <bit>
#include <new>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/late_library.h"
#include "libcore/os/decompress/decompressor.h"

namespace penstock {
namespace {

struct Xz {
  decltype(&lzma_stream_decoder) stream_decoder;
  decltype(&lzma_code) code;
  decltype(&lzma_end) end;
  decltype(&lzma_memusage) memory_usage;
};

const Xz& xz() {
  static const Xz kFunctions = [] {
    const LateLibrary library("liblzma.so.5", "install xz's library, which reads xz data");
    Xz functions{};
    library.find("lzma_stream_decoder", functions.stream_decoder);
    library.find("lzma_code", functions.code);
    library.find("lzma_end", functions.end);
    library.find("lzma_memusage", functions.memory_usage);
    return functions;
  }();
  return kFunctions;
}

// What the library takes beside the dictionary: less than that.
constexpr uint64_t kBesideBytes = uint64_t{1} << 20;

class XzSource : public Decompressor {
 public:
  XzSource(ByteSourcePtr below, int64_t max_window)
      : Decompressor(std::move(below)), allowed_(std::bit_ceil(static_cast<uint64_t>(max_window))) {
    begin();
  }
  ~XzSource() override { xz().end(&stream_); }
  XzSource(const XzSource&) = delete;
  XzSource& operator=(const XzSource&) = delete;

 protected:
  int64_t decode(uint8_t* out, int64_t size) override {
    if (between_) {
      if (skip_zeros()) return 0;
      begin();
      between_ = false;
    }
    stream_.next_in = input();
    stream_.avail_in = input_size();
    stream_.next_out = out;
    stream_.avail_out = static_cast<size_t>(size);
    const lzma_ret result = xz().code(&stream_, LZMA_RUN);
    at_ = end_ - stream_.avail_in;
    if (const char* fault = check(result)) damaged(fault);
    between_ = result == LZMA_STREAM_END;
    return size - static_cast<int64_t>(stream_.avail_out);
  }

 private:
  void begin() {
    lzma_ret result =
        xz().stream_decoder(&stream_, allowed_ + kBesideBytes, LZMA_TELL_UNSUPPORTED_CHECK);
    if (result != LZMA_OK) throw std::bad_alloc();
  }

  const char* check(lzma_ret result) {
    switch (result) {
      case LZMA_OK:
      case LZMA_STREAM_END:
      case LZMA_BUF_ERROR:  // no progress, as there is no input
        return nullptr;
      case LZMA_MEM_ERROR:
        throw std::bad_alloc();
      case LZMA_MEMLIMIT_ERROR: {
        const uint64_t needed = xz().memory_usage(&stream_);
        throw window_error(name(), needed - needed % kBesideBytes, allowed_);
      }
      case LZMA_FORMAT_ERROR:
        return "not xz data";
      case LZMA_OPTIONS_ERROR:
        return "xz's library does not know its filters";
      case LZMA_UNSUPPORTED_CHECK:
        return "xz's library does not know its checksum";
      default:
        return "an xz block is wrong";
    }
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  uint64_t allowed_;  // of a dictionary, in bytes
};

}  // namespace

ByteSourcePtr make_xz_source(ByteSourcePtr below, int64_t max_window) {
  return std::make_unique<XzSource>(std::move(below), max_window);
}

void load_xz_library() {
  xz();
}

}  // namespace penstock
