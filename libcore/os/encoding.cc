#include "libcore/os/encoding.h"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "libcore/base/check.h"
#include "libcore/base/error.h"

namespace penstock {
namespace {

using std::literals::operator""sv;

constexpr size_t kPieceBytes = size_t{64} << 10;
// The most that a byte becomes in UTF-8: a byte of some sets stands for two characters.
constexpr size_t kMostGrowth = 8;
// The bytes at fault that a message shows.
constexpr size_t kShownBytes = 4;

class Converter {
 public:
  explicit Converter(const std::string& encoding)
      : handle_(iconv_open("UTF-8", encoding.c_str())) {}
  ~Converter() {
    if (is_open()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  bool is_open() const { return handle_ != invalid(); }

  // Converts what it can and moves both views on; returns 0, or the errno of what stopped it.
  int convert(char*& from, size_t& left, char*& to, size_t& room) {
    const size_t result = iconv(handle_, &from, &left, &to, &room);
    return result == static_cast<size_t>(-1) ? errno : 0;
  }

 private:
  // What iconv_open() returns when it fails.
  static iconv_t invalid() {
    return reinterpret_cast<iconv_t>(-1);  // NOLINT(performance-no-int-to-ptr)
  }

  iconv_t handle_;
};

class DecodedSource : public ByteSource {
 public:
  DecodedSource(ByteSourcePtr below, std::string encoding)
      : below_(std::move(below)),
        encoding_(std::move(encoding)),
        converter_(encoding_),
        bytes_(kPieceBytes),
        text_(kMostGrowth * kPieceBytes) {
    PENSTOCK_CHECK(converter_.is_open());
  }

  int64_t read(void* out, int64_t size) override {
    while (at_ == filled_ && !ended_)
      decode();
    const size_t got = std::min(static_cast<size_t>(size), filled_ - at_);
    std::memcpy(out, text_.data() + at_, got);
    at_ += got;
    return static_cast<int64_t>(got);
  }

  bool wait(std::chrono::milliseconds quiet, std::chrono::milliseconds most) override {
    return at_ < filled_ || ended_ || below_->wait(quiet, most);
  }
  const std::string& name() const override { return below_->name(); }
  bool is_pipe() const override { return below_->is_pipe(); }

 private:
  // Reads and decodes a piece. Throws at bytes that do not fit.
  void decode() {
    if (is_stuck_) fail(false);
    const int64_t got =
        below_->read(bytes_.data() + kept_, static_cast<int64_t>(bytes_.size() - kept_));
    ended_ = got == 0;
    if (ended_ && kept_ > 0) fail(true);
    size_t left = kept_ + static_cast<size_t>(got);
    char* from = bytes_.data();
    char* to = text_.data();
    size_t room = text_.size();
    // After the last byte, what the converter holds back comes out.
    char* none = nullptr;
    const int error = converter_.convert(ended_ ? none : from, left, to, room);
    at_ = 0;
    filled_ = text_.size() - room;
    kept_ = left;
    std::memmove(bytes_.data(), from, kept_);
    // EINVAL is a character whose other bytes are still to come.
    is_stuck_ = error == EILSEQ;
    PENSTOCK_CHECK(error != E2BIG);
    count_lines();
  }

  void count_lines() {
    for (size_t i = 0; i < filled_; ++i) {
      const char c = text_[i];
      if (c == '\n' ? !after_return_ : c == '\r') ++lines_;
      after_return_ = c == '\r';
    }
  }

  [[noreturn]] void fail(bool is_cut) const {
    std::string bytes;
    for (size_t i = 0; i < std::min(kept_, kShownBytes); ++i)
      bytes += fmt::format(" {:02x}", static_cast<unsigned char>(bytes_[i]));
    throw Error(fmt::format(
        "{}:{}: the bytes{} {} in {}; name the encoding with --encoding", name(), lines_ + 1, bytes,
        is_cut ? "at the end are a part of a character" : "are not text", encoding_));
  }

  ByteSourcePtr below_;
  std::string encoding_;
  Converter converter_;
  std::vector<char> bytes_;  // read, the first `kept_` not yet decoded
  size_t kept_ = 0;
  std::vector<char> text_;  // decoded, of which [at_, filled_) are not yet read
  size_t at_ = 0;
  size_t filled_ = 0;
  int64_t lines_ = 0;  // line ends in the text so far
  bool after_return_ = false;
  bool is_stuck_ = false;  // the first byte of bytes_ is not text
  bool ended_ = false;
};

}  // namespace

bool is_known_encoding(const std::string& name) {
  // What stands behind a slash is for the other side of a conversion; no name is the locale's.
  return !name.empty() && name.find('/') == name.npos && Converter(name).is_open();
}

bool is_utf8_name(std::string_view name) {
  std::string lower;
  for (char c : name)
    lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower == "utf-8" || lower == "utf8";
}

std::string_view encoding_of_mark(std::string_view head) {
  if (head.starts_with("\xFF\xFE\0\0"sv) || head.starts_with("\0\0\xFE\xFF"sv)) return "UTF-32";
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) return "UTF-16";
  return {};
}

ByteSourcePtr decoded_source(ByteSourcePtr source, const std::string& encoding) {
  return std::make_unique<DecodedSource>(std::move(source), encoding);
}

}  // namespace penstock
