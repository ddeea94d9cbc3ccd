#include <algorithm>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "libcore/base/utf8.h"
#include "libcore/text/lines/formats.h"

namespace penstock {
namespace {

// A pair of a line.
struct Pair {
  std::string_view key;
  LineField value;     // with its quotes; null for none
  bool alone = false;  // a key without '='
  bool escapes = false;
};

// Reads the pairs of one line, one by one.
class Pairs {
 public:
  Pairs(const LineText& text, int32_t begin, int32_t end, char separator)
      : text_(text), at_(begin), end_(end), separator_(separator) {}

  // False at the end, or, with a fault, where there is no pair.
  bool next(Pair& pair, LineFault& fault) {
    const char* data = text_.data();
    skip_separators();
    if (at_ >= end_) return false;
    const int32_t begin = at_;
    while (at_ < end_ && data[at_] != '=' && !is_separator(data[at_]))
      ++at_;
    pair.key = {data + begin, static_cast<size_t>(at_ - begin)};
    pair.value = {begin, begin};
    pair.alone = at_ == end_ || data[at_] != '=';
    pair.escapes = false;
    if (pair.key.empty()) {
      fault.reason = "line has a value without a key";
      return false;
    }
    if (pair.alone) return true;
    ++at_;
    return read_value(pair, fault);
  }

 private:
  bool is_separator(char c) const { return c == separator_ || (separator_ == ' ' && c == '\t'); }
  void skip_separators() {
    const char* data = text_.data();
    while (at_ < end_ && is_separator(data[at_]))
      ++at_;
  }

  bool read_value(Pair& pair, LineFault& fault) {
    const char* data = text_.data();
    const int32_t begin = at_;
    if (at_ == end_ || data[at_] != '"') {
      while (at_ < end_ && !is_separator(data[at_]))
        ++at_;
      pair.value = {begin, at_};
      return true;
    }
    for (++at_; at_ < end_ && data[at_] != '"'; ++at_) {
      if (data[at_] != '\\') continue;
      pair.escapes = true;
      ++at_;
    }
    if (at_ >= end_) {
      fault.reason = "the quotes of '" + printable(pair.key) + "' are not closed";
      return false;
    }
    pair.value = {begin, ++at_};
    if (at_ == end_ || is_separator(data[at_])) return true;
    fault.reason = "something follows the quotes of '" + printable(pair.key) + "'";
    return false;
  }

  const LineText& text_;
  int32_t at_;
  int32_t end_;
  char separator_;
};

std::vector<LineSplitter::Column> columns_named(std::vector<std::string> keys) {
  std::vector<LineSplitter::Column> columns;
  for (std::string& key : keys)
    columns.push_back({std::move(key), nullptr});
  return columns;
}

// Keys usually come in the order of the line before, so the one behind the last is compared first.
class PairSplitter : public LineSplitter {
 public:
  PairSplitter(std::vector<std::string> keys, char separator)
      : LineSplitter(columns_named(std::move(keys))), separator_(separator) {
    for (size_t i = 0; i < columns().size(); ++i)
      places_.emplace(columns()[i].name, i);
  }

  bool has_quotes() const override { return true; }

  bool split(LineText& text, int32_t begin, int32_t end, LineField* fields,
             LineFault& fault) const override {
    Pairs pairs(text, begin, end, separator_);
    Pair pair;
    size_t expected = 0;
    // A null field of a key that was there is one that does not begin at 0.
    while (pairs.next(pair, fault)) {
      const size_t place = place_of(pair.key, expected);
      if (place == columns().size()) {
        fault.reason = "key '" + printable(pair.key) + "' is not a column";
        fault.advice = "the columns are the keys of the sample; use --types " +
                       printable(pair.key) + "=text to add it";
        return false;
      }
      LineField& field = fields[place];
      if (field.begin != 0 || field.end != 0) {
        fault.reason = "key '" + printable(pair.key) + "' stands twice";
        return false;
      }
      expected = place + 1;
      field = pair.value;
      if (pair.alone) {
        text.writable();
        field = kTrueField;
      } else if (pair.escapes) {
        field.end = resolve_escapes(text, field.begin + 1, field.end - 1) + 1;
      }
    }
    return fault.reason.empty();
  }

 private:
  size_t place_of(std::string_view key, size_t expected) const {
    if (expected < columns().size() && columns()[expected].name == key) return expected;
    const auto found = places_.find(key);
    return found == places_.end() ? columns().size() : found->second;
  }

  char separator_;
  std::unordered_map<std::string_view, size_t> places_;  // views of columns()
};

}  // namespace

LineSplitterPtr make_pair_splitter(std::vector<std::string> keys, char separator) {
  return std::make_shared<PairSplitter>(std::move(keys), separator);
}

void find_keys(std::string_view text, char separator, size_t most, std::vector<std::string>& keys) {
  const LineText lines(text);
  std::unordered_set<std::string> known(keys.begin(), keys.end());
  std::vector<std::string_view> found;
  for (size_t at = 0; at < text.size() && keys.size() < most;) {
    const size_t end = std::min(text.find('\n', at), text.size());
    Pairs pairs(lines, static_cast<int32_t>(at), static_cast<int32_t>(end), separator);
    Pair pair;
    LineFault fault;
    found.clear();
    while (pairs.next(pair, fault))
      found.push_back(pair.key);
    at = end + 1;
    if (!fault.reason.empty()) continue;
    for (std::string_view key : found) {
      if (known.emplace(key).second) keys.emplace_back(key);
    }
  }
}

}  // namespace penstock
