#include <utility>

#include "libcore/os/decompress/decompressor.h"
#include "libcore/os/decompress/deflate.h"

namespace penstock {
namespace {

class GzipSource : public Decompressor {
 public:
  explicit GzipSource(ByteSourcePtr below) : Decompressor(std::move(below)) {}

 protected:
  int64_t decode(uint8_t* out, int64_t size) override {
    if (between_) {
      if (skip_zeros()) return 0;
      inflater_.reset();
      between_ = false;
    }
    const Inflater::Step step =
        inflater_.step(input(), input_size(), out, static_cast<size_t>(size));
    if (step.fault != nullptr) damaged(step.fault);
    at_ += step.read;
    between_ = step.is_end;
    return static_cast<int64_t>(step.written);
  }

 private:
  Inflater inflater_{Inflater::Wrapping::kGzip};
};

}  // namespace

ByteSourcePtr make_gzip_source(ByteSourcePtr below) {
  return std::make_unique<GzipSource>(std::move(below));
}

}  // namespace penstock
