#include "libcore/exchange_files/file_frames.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/exchange_files/served_path.h"

namespace penstock {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr uint64_t kRequestMagic = 0x0A31'5152'4654'5350;  // "PSTFRQ1\n"
constexpr uint64_t kReplyMagic = 0x0A31'5052'4654'5350;    // "PSTFRP1\n"
constexpr uint64_t kMostOffset = std::numeric_limits<int64_t>::max();

// The bytes of both frames before the path, the content or the text.
struct RequestHeader {
  uint64_t magic;
  uint64_t id;
  uint64_t offset;
  uint32_t size;
  uint32_t path_bytes;
};
struct ReplyHeader {
  uint64_t magic;
  uint64_t id;
  uint64_t file_bytes;
  uint32_t status;
  uint32_t rest_bytes;
};
static_assert(sizeof(RequestHeader) + kMostPathBytes == kMostRequestFrame);
static_assert(sizeof(ReplyHeader) == kReplyHeaderBytes);

[[noreturn]] void refuse(const char* what) {
  throw Error(std::string("not a frame of the file exchange: ") + what);
}

template <typename Header>
Header take_header(std::span<const uint8_t> frame, uint64_t magic, uint32_t Header::*rest) {
  Header header;
  if (frame.size() < sizeof header) refuse("it is cut");
  std::memcpy(&header, frame.data(), sizeof header);
  if (header.magic != magic) refuse("it begins with other bytes");
  if (header.*rest != frame.size() - sizeof header) refuse("its size is another");
  return header;
}

}  // namespace

Buffer encode_request(const FileRequest& request) {
  PENSTOCK_CHECK(request.path.size() <= kMostPathBytes);
  const RequestHeader header{kRequestMagic, request.id, static_cast<uint64_t>(request.offset),
                             static_cast<uint32_t>(request.size),
                             static_cast<uint32_t>(request.path.size())};
  MutableBuffer frame;
  frame.append(&header, sizeof header);
  frame.append(request.path.data(), std::ssize(request.path));
  return frame.freeze();
}

FileRequest decode_request(std::span<const uint8_t> frame) {
  const auto header = take_header(frame, kRequestMagic, &RequestHeader::path_bytes);
  if (header.offset > kMostOffset) refuse("an offset beyond all files");
  if (header.size < 1 || header.size > kMostRequestBytes) refuse("it asks for too many bytes");
  const std::span<const uint8_t> path = frame.subspan(sizeof header);
  FileRequest request{header.id,
                      {reinterpret_cast<const char*>(path.data()), path.size()},
                      static_cast<int64_t>(header.offset),
                      header.size};
  require_served_path(request.path);
  return request;
}

std::optional<uint64_t> id_of_request(std::span<const uint8_t> frame) {
  RequestHeader header;
  if (frame.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, frame.data(), sizeof header);
  if (header.magic != kRequestMagic) return std::nullopt;
  return header.id;
}

void write_reply_header(uint8_t* out, uint64_t id, int64_t file_bytes, int64_t content_bytes) {
  PENSTOCK_CHECK(content_bytes <= kMostRequestBytes);
  const ReplyHeader header{kReplyMagic, id, static_cast<uint64_t>(file_bytes),
                           static_cast<uint32_t>(FileStatus::kRead),
                           static_cast<uint32_t>(content_bytes)};
  std::memcpy(out, &header, sizeof header);
}

Buffer encode_refusal(uint64_t id, FileStatus status, std::string_view text) {
  text = text.substr(0, kMostReplyText);
  const ReplyHeader header{kReplyMagic, id, 0, static_cast<uint32_t>(status),
                           static_cast<uint32_t>(text.size())};
  MutableBuffer frame;
  frame.append(&header, sizeof header);
  frame.append(text.data(), std::ssize(text));
  return frame.freeze();
}

FileReply decode_reply(std::span<const uint8_t> frame) {
  const auto header = take_header(frame, kReplyMagic, &ReplyHeader::rest_bytes);
  if (header.file_bytes > kMostOffset) refuse("a file larger than all files");
  const std::span<const uint8_t> rest = frame.subspan(sizeof header);
  FileReply reply;
  reply.id = header.id;
  switch (header.status) {
    case static_cast<uint32_t>(FileStatus::kRead):
      if (std::ssize(rest) > kMostRequestBytes) refuse("it has too many bytes");
      reply.file_bytes = static_cast<int64_t>(header.file_bytes);
      reply.content = rest;
      return reply;
    case static_cast<uint32_t>(FileStatus::kGone):
    case static_cast<uint32_t>(FileStatus::kUnreadable):
      if (std::ssize(rest) > kMostReplyText) refuse("its text is too long");
      reply.status = static_cast<FileStatus>(header.status);
      reply.text = {reinterpret_cast<const char*>(rest.data()), rest.size()};
      return reply;
    default:
      refuse("its status is unknown");
  }
}

}  // namespace penstock
