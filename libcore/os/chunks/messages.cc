#include "libcore/os/chunks/messages.h"

#include <array>
#include <bit>
#include <cstring>
#include <span>

namespace penstock {
namespace {

static_assert(std::endian::native == std::endian::little, "messages are little-endian");

constexpr size_t kNumberBytes = sizeof(int64_t);
constexpr size_t kRequestNumbers = 2;
constexpr size_t kAnswerNumbers = 9;
static_assert(1 + kAnswerNumbers * kNumberBytes <= kMostChunkMessageBytes);

// The last number of an answer: what is known of the beginning of records.
enum : int64_t { kUnknown, kOfChunk, kOfEarlier };

std::string message(uint8_t kind, std::span<const int64_t> numbers) {
  std::string bytes(1, static_cast<char>(kind));
  for (int64_t number : numbers) {
    std::array<char, kNumberBytes> each;
    std::memcpy(each.data(), &number, kNumberBytes);
    bytes.append(each.data(), kNumberBytes);
  }
  return bytes;
}

// Returns the kind and takes the numbers; 0 for what is not a message of these kinds.
uint8_t take(std::string_view bytes, uint8_t last_kind, std::span<int64_t> numbers) {
  if (bytes.size() != 1 + numbers.size() * kNumberBytes) return 0;
  auto kind = static_cast<uint8_t>(bytes[0]);
  if (kind < 1 || kind > last_kind) return 0;
  std::memcpy(numbers.data(), bytes.data() + 1, bytes.size() - 1);
  for (int64_t number : numbers) {
    if (number < 0) return 0;
  }
  return kind;
}

}  // namespace

std::string encode(const ChunkRequest& request) {
  const std::array<int64_t, kRequestNumbers> numbers = {request.number, request.offset};
  return message(static_cast<uint8_t>(request.kind), numbers);
}

std::string encode(const ChunkAnswer& answer) {
  const Chunk& chunk = answer.chunk;
  const RecordsBegin begin = answer.begin.value_or(RecordsBegin());
  const int64_t known = !answer.begin ? kUnknown : begin.is_of_chunk ? kOfChunk : kOfEarlier;
  const std::array<int64_t, kAnswerNumbers> numbers = {chunk.number, chunk.input,  chunk.part,
                                                       chunk.parts,  chunk.begin,  chunk.end,
                                                       answer.size,  begin.offset, known};
  return message(static_cast<uint8_t>(answer.kind), numbers);
}

std::optional<ChunkRequest> decode_chunk_request(std::string_view bytes) {
  std::array<int64_t, kRequestNumbers> numbers;
  uint8_t kind = take(bytes, static_cast<uint8_t>(ChunkRequest::Kind::kFail), numbers);
  if (kind == 0) return std::nullopt;
  return ChunkRequest{static_cast<ChunkRequest::Kind>(kind), numbers[0], numbers[1]};
}

std::optional<ChunkAnswer> decode_chunk_answer(std::string_view bytes) {
  std::array<int64_t, kAnswerNumbers> numbers;
  uint8_t kind = take(bytes, static_cast<uint8_t>(ChunkAnswer::Kind::kRefused), numbers);
  if (kind == 0 || numbers[8] > kOfEarlier) return std::nullopt;
  ChunkAnswer answer;
  answer.kind = static_cast<ChunkAnswer::Kind>(kind);
  answer.chunk = {numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]};
  answer.size = numbers[6];
  if (numbers[8] != kUnknown) answer.begin = RecordsBegin{numbers[7], numbers[8] == kOfChunk};
  return answer;
}

}  // namespace penstock
