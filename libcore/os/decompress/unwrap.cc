// Recognizes compressed data by its first bytes.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "libcore/os/byte_source.h"
#include "libcore/os/decompress/decompressor.h"
#include "libcore/os/decompress/zip.h"

namespace penstock {
namespace {

using std::literals::operator""sv;

constexpr int kLayers = 2;

enum class Compression { kGzip, kZstd, kBzip2, kXz, kLz4, kZip };

// First bytes of a format. Those of `mask`, where it is not empty, count only as far as its bits
// say.
struct Magic {
  std::string_view bytes;
  Compression compression;
  std::string_view mask = {};
};

// zstd has frames, and skippable ones, with which pzstd begins its files. bzip2's header has the
// size of its blocks, a digit, before the first block or the end of an empty file.
constexpr std::array kMagics{
    Magic{"\x1f\x8b\x08"sv, Compression::kGzip},
    Magic{"\x28\xb5\x2f\xfd"sv, Compression::kZstd},
    Magic{"\x50\x2a\x4d\x18"sv, Compression::kZstd, "\xf0\xff\xff\xff"sv},
    Magic{"BZh0\x31\x41\x59\x26\x53\x59"sv, Compression::kBzip2,
          "\xff\xff\xff\xf0\xff\xff\xff\xff\xff\xff"sv},
    Magic{"BZh0\x17\x72\x45\x38\x50\x90"sv, Compression::kBzip2,
          "\xff\xff\xff\xf0\xff\xff\xff\xff\xff\xff"sv},
    Magic{"\xfd\x37\x7a\x58\x5a\x00"sv, Compression::kXz},
    Magic{"\x04\x22\x4d\x18"sv, Compression::kLz4},
    Magic{"PK\x03\x04"sv, Compression::kZip},
    Magic{"PK\x05\x06"sv, Compression::kZip},
};

// Returns whether `head` begins as the magic does, as far as both go.
bool agrees(const Magic& magic, std::span<const uint8_t> head) {
  for (size_t i = 0; i < head.size() && i < magic.bytes.size(); ++i) {
    const auto mask = static_cast<uint8_t>(magic.mask.empty() ? 0xff : magic.mask[i]);
    if ((head[i] & mask) != static_cast<uint8_t>(magic.bytes[i])) return false;
  }
  return true;
}

// Waits for further bytes only while those that have come may begin compressed data.
std::optional<Compression> compression_of(PeekableSource& source) {
  for (int64_t least = 1;; ++least) {
    const std::span<const uint8_t> head = source.peek(least, kGuessPatience, least);
    bool may_become = false;
    for (const Magic& magic : kMagics) {
      if (!agrees(magic, head)) continue;
      if (head.size() >= magic.bytes.size()) return magic.compression;
      may_become = true;
    }
    if (!may_become || std::ssize(head) < least) return std::nullopt;
  }
}

ByteSourcePtr decompress(Compression compression, ByteSourcePtr below, int64_t max_window) {
  switch (compression) {
    case Compression::kGzip:
      return make_gzip_source(std::move(below));
    case Compression::kZstd:
      return make_zstd_source(std::move(below), max_window);
    case Compression::kBzip2:
      return make_bzip2_source(std::move(below));
    case Compression::kXz:
      return make_xz_source(std::move(below), max_window);
    case Compression::kLz4:
      return make_lz4_source(std::move(below));
    case Compression::kZip:
      break;
  }
  return below;
}

}  // namespace

std::unique_ptr<PeekableSource> open_unwrapped(ByteSourcePtr source, int64_t max_window) {
  auto peekable = std::make_unique<PeekableSource>(std::move(source));
  for (int layer = 0; layer < kLayers; ++layer) {
    const std::optional<Compression> compression = compression_of(*peekable);
    if (!compression) break;
    if (*compression == Compression::kZip) {
      ZipMember member = open_zip(std::move(peekable));
      peekable = std::move(member.source);
      peekable->set_member(std::move(member.name));
      continue;
    }
    std::string member = peekable->member();
    peekable =
        std::make_unique<PeekableSource>(decompress(*compression, std::move(peekable), max_window));
    peekable->set_member(std::move(member));
  }
  return peekable;
}

}  // namespace penstock
