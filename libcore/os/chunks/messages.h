// What a scan and the manager of its flow say to each other about chunks. CHUNKS.md describes the
// bytes and the order of messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/os/chunks/division.h"
#include "libcore/os/chunks/source.h"

namespace penstock {

// The most bytes of a message.
inline constexpr int64_t kMostChunkMessageBytes = 80;

// From a scan. A scan sends one request at a time, and waits for its answer, except that kState has
// none.
struct ChunkRequest {
  enum class Kind : uint8_t {
    kOpen = 1,  // the first; `number` is how many inputs the scan has: kOpened
    kTake,      // the scan has finished the chunk that it has, if any: kChunk or kNone
    kState,     // the records of the chunk after `number` begin at `offset`
    kFail,      // the scan is about to fail at chunk `number`: kGo, once it may
  };

  Kind kind = Kind::kOpen;
  int64_t number = 0;
  int64_t offset = 0;

  bool operator==(const ChunkRequest&) const = default;
};

// From the manager.
struct ChunkAnswer {
  enum class Kind : uint8_t {
    kOpened = 1,  // `chunk.number` is how many inputs there are; the scan can open `chunk.input`,
                  // which has `size` bytes
    kChunk,       // `chunk` belongs to the scan; `size` is that of its input; `begin` if known
    kNone,        // all chunks are taken
    kBegin,       // without a request: `begin` of chunk `chunk.number`, which was not known before
    kGo,          // all chunks before the one that the scan fails at have been read
    kRefused,     // the request is not one that a scan can make now
  };

  Kind kind = Kind::kOpened;
  Chunk chunk;
  int64_t size = 0;
  std::optional<RecordsBegin> begin;  // also empty for the first chunk of an input

  bool operator==(const ChunkAnswer&) const = default;
};

std::string encode(const ChunkRequest& request);
std::string encode(const ChunkAnswer& answer);

// Return nothing for bytes that are not such a message. Numbers are not checked but for being
// positive or 0.
std::optional<ChunkRequest> decode_chunk_request(std::string_view bytes);
std::optional<ChunkAnswer> decode_chunk_answer(std::string_view bytes);

}  // namespace penstock
