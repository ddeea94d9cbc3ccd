#include <cstring>
#include <string_view>

#include "libcore/text/lines/formats.h"

namespace penstock {
namespace {

// The columns' places.
enum : size_t {
  kHost,
  kIdent,
  kUser,
  kTime,
  kMethod,
  kPath,
  kProtocol,
  kStatus,
  kBytes,
  kReferer,
  kAgent
};

std::vector<LineSplitter::Column> log_columns(bool combined) {
  const TypePtr text = utf8_type();
  std::vector<LineSplitter::Column> columns{
      {"host", text},         {"ident", text},
      {"user", text},         {"time", timestamp_type(TimeUnit::kMicro, "UTC")},
      {"method", text},       {"path", text},
      {"protocol", text},     {"status", int64_type()},
      {"bytes", int64_type()}};
  if (combined) {
    columns.push_back({"referer", text});
    columns.push_back({"agent", text});
  }
  return columns;
}

// Reads one line from its first byte on. Places are those of the text.
class LogLine {
 public:
  LogLine(LineText& text, int32_t begin, int32_t end) : text_(text), at_(begin), end_(end) {}

  // A field up to the next blank.
  bool word(LineField& field) {
    const int32_t stop = find(' ');
    if (stop == at_ || text_.data()[at_] == '"') return false;
    field = or_null({at_, stop});
    at_ = stop;
    return true;
  }
  // A field up to ' [', which may have blanks.
  bool up_to_bracket(LineField& field) {
    const std::string_view rest = this->rest();
    const size_t stop = rest.find(" [");
    if (stop == rest.npos || stop == 0 || rest[0] == '"') return false;
    field = or_null({at_, at_ + static_cast<int32_t>(stop)});
    at_ += static_cast<int32_t>(stop);
    return true;
  }
  bool bracketed(LineField& field) {
    if (!skip('[')) return false;
    const int32_t stop = find(']');
    if (stop == end_) return false;
    field = or_null({at_, stop});
    at_ = stop + 1;
    return true;
  }
  // A field in quotes, which are a part of `field` unless it is null.
  bool quoted(LineField& field) {
    const int32_t begin = at_;
    if (!skip('"')) return false;
    bool has_escape = false;
    const char* data = text_.data();
    while (at_ < end_ && data[at_] != '"') {
      const bool is_escape = data[at_] == '\\';
      has_escape |= is_escape;
      at_ += is_escape ? 2 : 1;
    }
    if (at_ >= end_) return false;
    field = {begin, at_ + 1};
    if (at_ - begin == 2 && data[begin + 1] == '-') field = {begin, begin};
    if (has_escape) field.end = resolve_escapes(text_, begin + 1, at_) + 1;
    ++at_;
    return true;
  }
  bool skip(char c) {
    if (at_ == end_ || text_.data()[at_] != c) return false;
    ++at_;
    return true;
  }
  bool is_at_end() const { return at_ == end_; }

 private:
  std::string_view rest() const { return {text_.data() + at_, static_cast<size_t>(end_ - at_)}; }
  int32_t find(char c) const {
    const void* found = std::memchr(text_.data() + at_, c, static_cast<size_t>(end_ - at_));
    if (found == nullptr) return end_;
    return static_cast<int32_t>(static_cast<const char*>(found) - text_.data());
  }
  LineField or_null(LineField field) const {
    const bool is_dash = field.end - field.begin == 1 && text_.data()[field.begin] == '-';
    return is_dash ? LineField{field.begin, field.begin} : field;
  }

  LineText& text_;
  int32_t at_;
  int32_t end_;
};

// Divides METHOD PATH PROTOCOL, which is given with its quotes.
void divide_request(const char* data, LineField request, LineField* fields) {
  if (request.is_null()) return;
  const std::string_view text(data + request.begin + 1,
                              static_cast<size_t>(request.end - request.begin - 2));
  const size_t method = text.find(' ');
  const bool is_method =
      method != text.npos && method > 0 &&
      text.substr(0, method).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == text.npos;
  if (!is_method) {
    fields[kPath] = request;
    return;
  }
  auto place = [&](size_t i) { return request.begin + 1 + static_cast<int32_t>(i); };
  fields[kMethod] = {place(0), place(method)};
  size_t path_end = text.size();
  const size_t last = text.rfind(' ');
  if (last > method && text.substr(last + 1).starts_with("HTTP/")) {
    fields[kProtocol] = {place(last + 1), place(text.size())};
    path_end = last;
  }
  fields[kPath] = {place(method + 1), place(path_end)};
  // What begins with a quote here is not in quotes.
  if (path_end > method + 1 && text[method + 1] == '"') {
    fields[kMethod] = fields[kProtocol] = {};
    fields[kPath] = request;
  }
}

class LogSplitter : public LineSplitter {
 public:
  explicit LogSplitter(bool combined) : LineSplitter(log_columns(combined)), combined_(combined) {}

  bool has_quotes() const override { return true; }

  bool split(LineText& text, int32_t begin, int32_t end, LineField* fields,
             LineFault& fault) const override {
    LogLine line(text, begin, end);
    LineField request;
    const char* missing = nullptr;
    bool is_common = false;  // up to and including the bytes
    if (!line.word(fields[kHost]) || !line.skip(' ')) {
      missing = "has no host";
    } else if (!line.word(fields[kIdent]) || !line.skip(' ')) {
      missing = "has no identity behind the host";
    } else if (!line.up_to_bracket(fields[kUser]) || !line.skip(' ') ||
               !line.bracketed(fields[kTime]) || !line.skip(' ')) {
      missing = "has no user and no time in brackets behind the identity";
    } else if (!line.quoted(request) || !line.skip(' ')) {
      missing = "has no request in quotes behind the time";
    } else if (!line.word(fields[kStatus]) || !line.skip(' ') || !line.word(fields[kBytes])) {
      missing = "has no status and bytes behind the request";
    } else if (combined_ && (!line.skip(' ') || !line.quoted(fields[kReferer]) || !line.skip(' ') ||
                             !line.quoted(fields[kAgent]))) {
      is_common = true;
      missing = "has no referer and agent in quotes behind the bytes";
    } else if (!line.is_at_end()) {
      is_common = !combined_;
      missing = combined_ ? "goes on behind the agent" : "goes on behind the bytes";
    }
    if (missing == nullptr) {
      divide_request(text.data(), request, fields);
      return true;
    }
    fault.reason = std::string("line ") + missing;
    fault.advice = "use --pattern for lines of another form";
    if (is_common) {
      fault.advice = combined_ ? "use -f clf for lines without them, or --pattern"
                               : "use -f combined if that is referer and agent, or --pattern";
    }
    return false;
  }

 private:
  bool combined_;
};

}  // namespace

LineSplitterPtr make_log_splitter(bool combined) {
  return std::make_shared<LogSplitter>(combined);
}

}  // namespace penstock
