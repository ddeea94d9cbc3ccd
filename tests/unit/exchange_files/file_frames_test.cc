#include "libcore/exchange_files/file_frames.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <vector>

#include "libcore/base/error.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::error_of;

std::vector<uint8_t> bytes_of(const Buffer& frame) {
  return {frame.data(), frame.data() + frame.size()};
}

// The frame with one number of 4 or 8 bytes replaced.
template <typename T>
std::vector<uint8_t> with(const Buffer& frame, size_t at, T number) {
  std::vector<uint8_t> bytes = bytes_of(frame);
  std::memcpy(bytes.data() + at, &number, sizeof number);
  return bytes;
}

Buffer reply(uint64_t id, int64_t file_bytes, std::string_view content) {
  MutableBuffer frame(kReplyHeaderBytes);
  write_reply_header(frame.data(), id, file_bytes, std::ssize(content));
  frame.append(content.data(), std::ssize(content));
  return frame.freeze();
}

std::string request_refusal(std::span<const uint8_t> frame) {
  return error_of([&] { decode_request(frame); });
}

std::string reply_refusal(std::span<const uint8_t> frame) {
  return error_of([&] { decode_reply(frame); });
}

const FileRequest kSome{7, "a b/c", 1, 2};

TEST(FileFrames, ARequestComesBack) {
  for (const FileRequest& request :
       {kSome, FileRequest{std::numeric_limits<uint64_t>::max(), std::string(4095, 'p'),
                           std::numeric_limits<int64_t>::max(), kMostRequestBytes}}) {
    const Buffer frame = encode_request(request);
    EXPECT_LE(frame.size(), kMostRequestFrame);
    EXPECT_EQ(decode_request(frame.span<uint8_t>()), request);
    EXPECT_EQ(id_of_request(frame.span<uint8_t>()), request.id);
  }
}

TEST(FileFrames, TheBytesAreThoseOfThePage) {
  const Buffer same = encode_request(kSome);
  EXPECT_EQ(std::string(same.as<char>(), static_cast<size_t>(same.size())),
            std::string("PSTFRQ1\n\7\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2\0\0\0\5\0\0\0a b/c", 37));
}

TEST(FileFrames, ARequestIsCheckedInEveryField) {
  const Buffer frame = encode_request(kSome);
  for (int64_t size = 0; size < frame.size(); ++size) {
    EXPECT_NE(request_refusal({frame.data(), static_cast<size_t>(size)}), "no error") << size;
  }
  std::vector<uint8_t> longer = bytes_of(frame);
  longer.push_back('x');
  EXPECT_NE(request_refusal(longer), "no error");
  EXPECT_NE(request_refusal(with<uint8_t>(frame, 0, 'Q')), "no error");
  EXPECT_EQ(id_of_request(with<uint8_t>(frame, 0, 'Q')), std::nullopt);
  EXPECT_NE(request_refusal(with<uint64_t>(frame, 16, uint64_t{1} << 63)), "no error");
  EXPECT_NE(request_refusal(with<uint32_t>(frame, 24, 0)), "no error");
  EXPECT_NE(request_refusal(with<uint32_t>(frame, 24, kMostRequestBytes + 1)), "no error");
  EXPECT_EQ(request_refusal(with<uint32_t>(frame, 24, kMostRequestBytes)), "no error");
  EXPECT_NE(request_refusal(with<uint32_t>(frame, 28, 0xFFFF'FFFF)), "no error");
  EXPECT_EQ(request_refusal(with<uint8_t>(frame, 32, '/')), "'/ b/c' is not a path below a folder");
  EXPECT_EQ(id_of_request(with<uint8_t>(frame, 32, '/')), kSome.id);
  EXPECT_NE(request_refusal(with<uint8_t>(frame, 32, '\n')), "no error");
}

TEST(FileFrames, AReplyComesBack) {
  const Buffer frame = reply(9, 400, "content");
  const FileReply read = decode_reply(frame.span<uint8_t>());
  EXPECT_EQ(read.id, 9U);
  EXPECT_EQ(read.status, FileStatus::kRead);
  EXPECT_EQ(read.file_bytes, 400);
  EXPECT_EQ(std::string(read.content.begin(), read.content.end()), "content");
  const Buffer refusal = encode_refusal(8, FileStatus::kUnreadable, std::string(5000, 'w'));
  const FileReply refused = decode_reply(refusal.span<uint8_t>());
  EXPECT_EQ(refused.id, 8U);
  EXPECT_EQ(refused.status, FileStatus::kUnreadable);
  EXPECT_EQ(refused.text, std::string(static_cast<size_t>(kMostReplyText), 'w'));
  EXPECT_EQ(decode_reply(encode_refusal(1, FileStatus::kGone, "").span<uint8_t>()).status,
            FileStatus::kGone);
}

TEST(FileFrames, AReplyIsCheckedInEveryField) {
  const Buffer frame = reply(9, 400, "content");
  for (int64_t size = 0; size < frame.size(); ++size) {
    EXPECT_NE(reply_refusal({frame.data(), static_cast<size_t>(size)}), "no error") << size;
  }
  EXPECT_NE(reply_refusal(with<uint64_t>(frame, 16, uint64_t{1} << 63)), "no error");
  EXPECT_NE(reply_refusal(with<uint32_t>(frame, 24, 3)), "no error");
  EXPECT_NE(reply_refusal(with<uint32_t>(frame, 28, 8)), "no error");
  std::vector<uint8_t> most =
      bytes_of(reply(9, 400, std::string(static_cast<size_t>(kMostRequestBytes), 'c')));
  EXPECT_EQ(reply_refusal(most), "no error");
  most.push_back('c');
  const uint32_t size = kMostRequestBytes + 1;
  std::memcpy(most.data() + 28, &size, sizeof size);
  EXPECT_NE(reply_refusal(most), "no error");
}

}  // namespace
}  // namespace penstock
