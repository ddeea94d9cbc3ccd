// The frames with which files are fetched from a server; EXCHANGE_FILES.md beside this file has
// their bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "libcore/data/buffer.h"

namespace penstock {

// Bytes that a request may ask for.
inline constexpr int64_t kMostRequestBytes = int64_t{1} << 20;
// Bytes of a reply before the bytes of the file, and of the text in place of them.
inline constexpr int64_t kReplyHeaderBytes = 32;
inline constexpr int64_t kMostReplyText = 4096;
// Bytes of the longest frames.
inline constexpr int64_t kMostRequestFrame = 32 + 4095;
inline constexpr int64_t kMostReplyFrame = kReplyHeaderBytes + kMostRequestBytes;

// Asks for up to `size` bytes of a file, from `offset` on.
struct FileRequest {
  uint64_t id = 0;
  std::string path;  // as require_served_path() wants it
  int64_t offset = 0;
  int64_t size = 0;  // 1 to kMostRequestBytes

  bool operator==(const FileRequest&) const = default;
};

// kUnreadable: the file is there, but cannot be read, or the request is refused.
enum class FileStatus : uint32_t { kRead = 0, kGone = 1, kUnreadable = 2 };

// What answers the request of the same id. The views are valid as long as the frame.
struct FileReply {
  uint64_t id = 0;
  FileStatus status = FileStatus::kRead;
  int64_t file_bytes = 0;            // of the whole file, with kRead
  std::span<const uint8_t> content;  // with kRead: as many as were asked for, fewer at the end
  std::string_view text;             // else: why
};

// REQUIRES a request as its members say.
Buffer encode_request(const FileRequest& request);
// Throws Error for anything that encode_request() does not make.
FileRequest decode_request(std::span<const uint8_t> frame);
// Returns the id of a frame that begins as a request does, whatever follows; empty for others.
std::optional<uint64_t> id_of_request(std::span<const uint8_t> frame);

// Writes the first kReplyHeaderBytes of a reply with kRead; `content_bytes` bytes follow.
void write_reply_header(uint8_t* out, uint64_t id, int64_t file_bytes, int64_t content_bytes);
// Encodes a reply with another status; cuts a longer text to kMostReplyText bytes.
Buffer encode_refusal(uint64_t id, FileStatus status, std::string_view text);
// Throws Error for what these two do not make.
FileReply decode_reply(std::span<const uint8_t> frame);

}  // namespace penstock
