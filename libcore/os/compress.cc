// The seam to zlib and zstd for output; decompress/ is the other half.
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/zstd_library.h"

namespace penstock {
namespace {

constexpr size_t kOutputBytes = size_t{256} << 10;
constexpr int kGzipLevel = 6;
constexpr int kZstdLevel = 3;

class Compressor : public ByteSink {
 public:
  explicit Compressor(ByteSinkPtr below) : below_(std::move(below)), output_(kOutputBytes) {}

  using ByteSink::write;
  void write(std::span<const ByteRange> ranges) override {
    for (const ByteRange& range : ranges) {
      if (range.size > 0) encode(static_cast<const uint8_t*>(range.data), range.size, false);
    }
  }
  void finish() override {
    encode(nullptr, 0, true);
    below_->finish();
  }
  bool appears_when_finished() const override { return below_->appears_when_finished(); }
  const std::string& name() const override { return below_->name(); }

 protected:
  // Compresses all of the input; with `last`, also the bytes that were held back, and the end.
  virtual void encode(const uint8_t* data, int64_t size, bool last) = 0;

  uint8_t* output() { return output_.data(); }
  void write_output(size_t size) {
    if (size > 0) below_->write({reinterpret_cast<const char*>(output_.data()), size});
  }

 private:
  ByteSinkPtr below_;
  std::vector<uint8_t> output_;
};

class GzipSink : public Compressor {
 public:
  explicit GzipSink(ByteSinkPtr below) : Compressor(std::move(below)) {
    int made = deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    if (made != Z_OK) throw std::bad_alloc();
  }
  ~GzipSink() override { deflateEnd(&stream_); }
  GzipSink(const GzipSink&) = delete;
  GzipSink& operator=(const GzipSink&) = delete;

 protected:
  void encode(const uint8_t* data, int64_t size, bool last) override {
    do {
      // zlib counts in 32 bits.
      int64_t piece = std::min<int64_t>(size, int64_t{1} << 30);
      stream_.next_in = const_cast<Bytef*>(data);
      stream_.avail_in = static_cast<uInt>(piece);
      do {
        stream_.next_out = output();
        stream_.avail_out = static_cast<uInt>(kOutputBytes);
        deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
        write_output(kOutputBytes - stream_.avail_out);
      } while (stream_.avail_out == 0);
      data += piece;
      size -= piece;
    } while (size > 0);
  }

 private:
  z_stream stream_{};
};

class ZstdSink : public Compressor {
 public:
  explicit ZstdSink(ByteSinkPtr below)
      : Compressor(std::move(below)), context_(zstd().createCCtx(), zstd().freeCCtx) {
    if (!context_) throw std::bad_alloc();
    zstd().CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kZstdLevel);
    zstd().CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }

 protected:
  void encode(const uint8_t* data, int64_t size, bool last) override {
    ZSTD_inBuffer in{data, static_cast<size_t>(size), 0};
    for (;;) {
      ZSTD_outBuffer out{output(), kOutputBytes, 0};
      ZSTD_EndDirective directive = last ? ZSTD_e_end : ZSTD_e_continue;
      size_t left = zstd().compressStream2(context_.get(), &out, &in, directive);
      if (zstd().isError(left) != 0) throw Error(name() + ": zstd: " + zstd().getErrorName(left));
      write_output(out.pos);
      if (last ? left == 0 : in.pos == in.size) return;
    }
  }

 private:
  std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context_;
};

}  // namespace

ByteSinkPtr compress_by_suffix(ByteSinkPtr below, std::string_view path) {
  if (path.ends_with(".gz")) return std::make_unique<GzipSink>(std::move(below));
  if (path.ends_with(".zst")) return std::make_unique<ZstdSink>(std::move(below));
  for (std::string_view suffix : {".bz2", ".xz", ".lz4", ".zip"}) {
    if (!path.ends_with(suffix)) continue;
    throw Error::usage(std::string(path) + ": " + std::string(suffix) +
                       " is read, not written; compress into .gz or .zst");
  }
  return below;
}

}  // namespace penstock
