// The seam to bzip2's library, which is loaded for the first such input.
#include <bzlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "libcore/base/late_library.h"
#include "libcore/os/decompress/decompressor.h"

namespace penstock {
namespace {

struct Bzip2 {
  decltype(&BZ2_bzDecompressInit) init;
  decltype(&BZ2_bzDecompress) decompress;
  decltype(&BZ2_bzDecompressEnd) end;
};

const Bzip2& bzip2() {
  static const Bzip2 kFunctions = [] {
    const LateLibrary library("libbz2.so.1.0", "install bzip2's library, which reads bzip2 data");
    Bzip2 functions{};
    library.find("BZ2_bzDecompressInit", functions.init);
    library.find("BZ2_bzDecompress", functions.decompress);
    library.find("BZ2_bzDecompressEnd", functions.end);
    return functions;
  }();
  return kFunctions;
}

// A block has at most 900 kB, for which the library takes 4 MB.
class Bzip2Source : public Decompressor {
 public:
  explicit Bzip2Source(ByteSourcePtr below) : Decompressor(std::move(below)) { begin(); }
  ~Bzip2Source() override { bzip2().end(&stream_); }
  Bzip2Source(const Bzip2Source&) = delete;
  Bzip2Source& operator=(const Bzip2Source&) = delete;

 protected:
  int64_t decode(uint8_t* out, int64_t size) override {
    if (between_) {
      if (skip_zeros()) return 0;
      bzip2().end(&stream_);
      begin();
      between_ = false;
    }
    // The library's input pointer is not const, but it does not write there.
    stream_.next_in = const_cast<char*>(reinterpret_cast<const char*>(input()));
    stream_.avail_in = static_cast<unsigned>(input_size());
    stream_.next_out = reinterpret_cast<char*>(out);
    const auto room =
        static_cast<unsigned>(std::min<int64_t>(size, std::numeric_limits<int32_t>::max()));
    stream_.avail_out = room;
    const int result = bzip2().decompress(&stream_);
    if (result == BZ_MEM_ERROR) throw std::bad_alloc();
    if (result != BZ_OK && result != BZ_STREAM_END) {
      damaged(result == BZ_DATA_ERROR_MAGIC ? "not bzip2 data" : "a bzip2 block is wrong");
    }
    at_ = end_ - stream_.avail_in;
    between_ = result == BZ_STREAM_END;
    return room - stream_.avail_out;
  }

 private:
  void begin() {
    stream_ = {};
    if (bzip2().init(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
  }

  bz_stream stream_{};
};

}  // namespace

ByteSourcePtr make_bzip2_source(ByteSourcePtr below) {
  return std::make_unique<Bzip2Source>(std::move(below));
}

void load_bzip2_library() {
  bzip2();
}

}  // namespace penstock
