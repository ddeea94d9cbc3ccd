#include "libcore/arrow/body_codec.h"

#include <fmt/format.h>
#include <lz4frame.h>

#include <memory>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/os/zstd_library.h"

namespace penstock {
namespace {

constexpr int64_t kPrefixBytes = 8;

// The most bytes that one byte of a frame can expand to: an lz4 match adds at most 255 bytes for
// each byte of its length, and a zstd block of 4 bytes holds at most 128 KiB. Each frame has some
// bytes more.
constexpr int64_t kLz4MaxRatio = 255;
constexpr int64_t kZstdMaxRatio = 32768;

[[noreturn]] void damaged() {
  throw Error("a compressed buffer is damaged");
}

// One context a thread: making one costs more than a small buffer's decompression.
LZ4F_dctx* lz4_reader() {
  thread_local std::unique_ptr<LZ4F_dctx, decltype(&LZ4F_freeDecompressionContext)> context(
      nullptr, LZ4F_freeDecompressionContext);
  if (!context) {
    LZ4F_dctx* fresh = nullptr;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&fresh, LZ4F_VERSION))) throw std::bad_alloc();
    context.reset(fresh);
  }
  LZ4F_resetDecompressionContext(context.get());  // the last buffer may have been damaged
  return context.get();
}

void decompress_lz4(std::span<const uint8_t> frame, MutableBuffer& out) {
  LZ4F_dctx* context = lz4_reader();
  size_t read = 0;
  size_t written = 0;
  auto size = static_cast<size_t>(out.size());
  for (;;) {
    size_t in_bytes = frame.size() - read;
    size_t out_bytes = size - written;
    size_t hint = LZ4F_decompress(context, out.data() + written, &out_bytes, frame.data() + read,
                                  &in_bytes, nullptr);
    if (LZ4F_isError(hint)) damaged();
    read += in_bytes;
    written += out_bytes;
    if (hint == 0) break;
    if (in_bytes == 0 && out_bytes == 0) damaged();
  }
  if (read != frame.size() || written != size) damaged();
}

ZSTD_DCtx* zstd_reader() {
  thread_local std::unique_ptr<ZSTD_DCtx, decltype(ZstdLibrary::freeDCtx)> context(
      zstd().createDCtx(), zstd().freeDCtx);
  if (!context) throw std::bad_alloc();
  return context.get();
}

ZSTD_CCtx* zstd_writer() {
  thread_local std::unique_ptr<ZSTD_CCtx, decltype(ZstdLibrary::freeCCtx)> context(
      zstd().createCCtx(), zstd().freeCCtx);
  if (!context) throw std::bad_alloc();
  return context.get();
}

void decompress_zstd(std::span<const uint8_t> frame, MutableBuffer& out) {
  size_t got = zstd().decompressDCtx(zstd_reader(), out.data(), static_cast<size_t>(out.size()),
                                     frame.data(), frame.size());
  if (zstd().isError(got) || got != static_cast<size_t>(out.size())) damaged();
}

}  // namespace

void ByteBudget::charge(int64_t count, int64_t bytes) {
  if (count != 0 && bytes > left_ / count) {
    throw Error(fmt::format("the batch takes more than {} bytes in memory; write smaller batches",
                            kMaxMessageBodyBytes));
  }
  left_ -= count * bytes;
}

Buffer decompress_buffer(BodyCompression codec, const Buffer& stored, ByteBudget& budget) {
  if (stored.empty()) return {};
  if (stored.size() < kPrefixBytes) damaged();
  int64_t size = 0;
  std::memcpy(&size, stored.data(), sizeof size);
  Buffer frame = stored.slice(kPrefixBytes, stored.size() - kPrefixBytes);
  if (size == -1) return frame;
  int64_t ratio = codec == BodyCompression::kLz4 ? kLz4MaxRatio : kZstdMaxRatio;
  if (size < 0 || size > kMaxMessageBodyBytes || size / ratio > frame.size()) {
    throw Error(fmt::format("a compressed buffer of {} bytes declares an impossible size of {}",
                            frame.size(), size));
  }
  if (size == 0) return {};
  budget.charge(size);
  MutableBuffer out(size);
  std::span<const uint8_t> bytes = frame.span<uint8_t>();
  if (codec == BodyCompression::kLz4) {
    decompress_lz4(bytes, out);
  } else {
    decompress_zstd(bytes, out);
  }
  return out.freeze();
}

void compress_buffer(BodyCompression codec, std::span<const uint8_t> bytes, MutableBuffer& out) {
  if (bytes.empty()) return;
  size_t bound = codec == BodyCompression::kLz4 ? LZ4F_compressFrameBound(bytes.size(), nullptr)
                                                : zstd().compressBound(bytes.size());
  int64_t start = out.size();
  out.resize(start + kPrefixBytes + static_cast<int64_t>(bound));
  uint8_t* frame = out.data() + start + kPrefixBytes;
  size_t got = 0;
  bool failed = false;
  if (codec == BodyCompression::kLz4) {
    got = LZ4F_compressFrame(frame, bound, bytes.data(), bytes.size(), nullptr);
    failed = LZ4F_isError(got) != 0;
  } else {
    got = zstd().compressCCtx(zstd_writer(), frame, bound, bytes.data(), bytes.size(), 1);
    failed = zstd().isError(got) != 0;
  }
  auto size = static_cast<int64_t>(bytes.size());
  if (failed || got >= bytes.size()) {
    std::memcpy(frame, bytes.data(), bytes.size());
    got = bytes.size();
    size = -1;
  }
  std::memcpy(out.data() + start, &size, sizeof size);
  out.resize(start + kPrefixBytes + static_cast<int64_t>(got));
}

}  // namespace penstock
