// The seam to lz4's frames, as files have them; block_codec.cc is the one to its blocks.
#include <lz4frame.h>

#include <memory>
#include <new>
#include <utility>

#include "libcore/os/decompress/decompressor.h"

namespace penstock {
namespace {

// A block has at most 4 MiB, for which the library takes 8.
class Lz4Source : public Decompressor {
 public:
  explicit Lz4Source(ByteSourcePtr below) : Decompressor(std::move(below)) {
    LZ4F_dctx* context = nullptr;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) != 0) {
      throw std::bad_alloc();
    }
    context_.reset(context);
  }

 protected:
  int64_t decode(uint8_t* out, int64_t size) override {
    if (between_ && skip_zeros()) return 0;
    between_ = false;
    size_t read = input_size();
    auto written = static_cast<size_t>(size);
    const size_t result = LZ4F_decompress(context_.get(), out, &written, input(), &read, nullptr);
    if (LZ4F_isError(result) != 0) damaged(LZ4F_getErrorName(result));
    at_ += read;
    between_ = result == 0;
    return static_cast<int64_t>(written);
  }

 private:
  struct Free {
    void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
  };
  std::unique_ptr<LZ4F_dctx, Free> context_;
};

}  // namespace

ByteSourcePtr make_lz4_source(ByteSourcePtr below) {
  return std::make_unique<Lz4Source>(std::move(below));
}

}  // namespace penstock
