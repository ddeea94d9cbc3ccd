// Key lists as `-k` takes them.
#include <array>

#include "libcore/base/error.h"
#include "libcore/base/suggest.h"
#include "libcore/base/utf8.h"
#include "libcore/data/compare.h"

namespace penstock {
namespace {

class KeyParser {
 public:
  explicit KeyParser(std::string_view text) : text_(text) {}

  std::vector<SortKey> parse() {
    std::vector<SortKey> keys;
    do {
      keys.push_back(key());
    } while (accept(','));
    if (at_ != text_.size()) fail("'" + printable(text_.substr(at_)) + "' is not expected");
    return keys;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error::usage("key list '" + printable(text_) + "': " + what);
  }

  bool accept(char c) {
    while (at_ < text_.size() && text_[at_] == ' ')
      ++at_;
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string bare_word() {
    while (at_ < text_.size() && text_[at_] == ' ')
      ++at_;
    size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != ':')
      ++at_;
    std::string_view word = text_.substr(begin, at_ - begin);
    while (word.ends_with(' '))
      word.remove_suffix(1);
    return std::string(word);
  }

  std::string quoted_word() {
    std::string word;
    for (;;) {
      if (at_ >= text_.size()) fail("a quote is not closed");
      char c = text_[at_++];
      if (c == '"') {
        if (at_ >= text_.size() || text_[at_] != '"') return word;
        ++at_;
      }
      word += c;
    }
  }

  SortKey key() {
    SortKey key;
    if (accept('"')) {
      key.name = quoted_word();
    } else {
      key.name = bare_word();
      if (key.name.empty()) fail("a name is missing");
    }
    bool has_direction = false;
    bool has_nulls = false;
    while (accept(':')) {
      std::string word = bare_word();
      bool nulls = word.starts_with("nulls-");
      if (nulls ? has_nulls : has_direction) fail("'" + key.name + "' has two directions");
      (nulls ? has_nulls : has_direction) = true;
      apply(key, word);
    }
    return key;
  }

  void apply(SortKey& key, const std::string& word) const {
    static const std::vector<std::string> kWords = {"desc", "asc", "nulls-first", "nulls-last"};
    if (word == "desc") {
      key.descending = true;
    } else if (word == "nulls-first") {
      key.nulls_first = true;
    } else if (word != "asc" && word != "nulls-last") {
      std::string hint = did_you_mean(word, kWords);
      if (hint.empty()) hint = "; a key is NAME[:asc|:desc][:nulls-first|:nulls-last]";
      fail("'" + printable(word) + "' is not a direction" + hint);
    }
  }

  std::string_view text_;
  size_t at_ = 0;
};

bool needs_quotes(const std::string& name) {
  return name.empty() || name.find_first_of(",:\"") != std::string::npos || name.front() == ' ' ||
         name.back() == ' ';
}

void append_name(std::string& out, const std::string& name) {
  if (!needs_quotes(name)) {
    out += name;
    return;
  }
  out += '"';
  for (char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace

std::vector<SortKey> parse_sort_keys(std::string_view text) {
  return KeyParser(text).parse();
}

std::string to_string(std::span<const SortKey> keys) {
  std::string text;
  for (const SortKey& key : keys) {
    if (!text.empty()) text += ',';
    append_name(text, key.name);
    if (key.descending) text += ":desc";
    if (key.nulls_first) text += ":nulls-first";
  }
  return text;
}

std::vector<std::string> parse_key_names(std::string_view text) {
  std::vector<std::string> names;
  std::vector<SortKey> keys = parse_sort_keys(text);
  for (const SortKey& key : keys) {
    names.push_back(key.name);
    if (key.descending || key.nulls_first) {
      throw Error::usage("key list '" + printable(text) +
                         "': only names are expected, without a direction");
    }
  }
  return names;
}

}  // namespace penstock
