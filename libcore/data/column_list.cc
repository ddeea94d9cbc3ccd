#include "libcore/data/column_list.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/suggest.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

constexpr std::string_view kRange = "..";

bool is_pattern(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

// Returns the bytes of the character that begins at `at`.
size_t character_size(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && is_continuation(text[end]))
    ++end;
  return end - at;
}

// Returns whether all of `text` matches. It goes back to the last * alone, so that the time is at
// most the product of the lengths.
bool matches(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  std::optional<std::pair<size_t, size_t>> star;  // behind the last *, and where its text ends
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = {++p, t};
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t += character_size(text, t);
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star) {
      star->second += character_size(text, star->second);
      p = star->first;
      t = star->second;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

[[noreturn]] void refuse_repeat(const std::string& name) {
  throw Error::usage("column '" + printable(name) + "' is named twice");
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (char c : name)
    text += c == '"' ? "\"\"" : std::string(1, c);
  return text + '"';
}

}  // namespace

class ColumnList::Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::vector<Item> parse() {
    std::vector<Item> items;
    do {
      items.push_back(item());
    } while (accept(","));
    if (at_ != text_.size()) fail("'" + printable(text_.substr(at_)) + "' is not expected");
    return items;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error::usage("list of columns '" + printable(text_) + "': " + what);
  }

  void skip_space() {
    while (at_ < text_.size() && text_[at_] == ' ')
      ++at_;
  }

  bool accept(std::string_view word) {
    skip_space();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Item item() {
    skip_space();
    const size_t begin = at_;
    Item item;
    item.leaves_out = accept("!");
    const bool begins_with_range = text_.substr(at_).starts_with(kRange);
    if (!begins_with_range) item.first = word();
    item.is_range = accept(kRange);
    if (item.is_range) item.last = word();
    const bool is_special = item.leaves_out || item.is_range || is_pattern(item.first.text);
    const bool is_quoted = item.first.is_quoted || item.last.is_quoted;
    if (is_special && !is_quoted) {
      std::string_view whole = text_.substr(begin, at_ - begin);
      whole = whole.substr(0, whole.find_last_not_of(' ') + 1);
      item.whole = whole;
    }
    if (!item.is_range && !item.first.is_quoted && item.first.text.empty()) {
      fail("a name is missing");
    }
    if (item.is_range && (is_wild(item.first) || is_wild(item.last))) {
      fail("a range is from one name to another, not from a pattern");
    }
    return item;
  }

  static bool is_wild(const Word& word) { return !word.is_quoted && is_pattern(word.text); }

  Word word() {
    if (accept("\"")) return {quoted_text(), true};
    skip_space();
    size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != ',' && !text_.substr(at_).starts_with(kRange)) {
      if (text_[at_] == ':') {
        fail(
            "only names are expected, without a direction; a name with ':' is written in double "
            "quotes");
      }
      ++at_;
    }
    std::string_view word = text_.substr(begin, at_ - begin);
    return {std::string(word.substr(0, word.find_last_not_of(' ') + 1))};
  }

  std::string quoted_text() {
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

  std::string_view text_;
  size_t at_ = 0;
};

// Applies the items to the columns of one input.
class ColumnList::Chooser {
 public:
  Chooser(const std::vector<Item>& items, std::span<const std::string> columns)
      : items_(items), columns_(columns) {}

  std::vector<std::string> choose() {
    bool takes_any = false;
    for (const Item& item : items_) {
      const bool leaves_out = item.leaves_out && !is_whole_name(item);
      if (leaves_out) {
        for (std::string& name : columns_of(item))
          left_out_.insert(std::move(name));
      } else if (const std::string* name = name_of(item)) {
        if (!by_name_.insert(*name).second) refuse_repeat(*name);
      }
      takes_any = takes_any || !leaves_out;
    }
    if (!takes_any) add_all(columns_);
    for (const Item& item : items_) {
      if (item.leaves_out && !is_whole_name(item)) continue;
      if (const std::string* name = name_of(item)) {
        if (left_out_.count(*name) == 0) chosen_.push_back(*name);
      } else {
        add_all(columns_of(item));
      }
    }
    if (chosen_.empty() && !columns_.empty()) throw Error("--columns: no column is left");
    return std::move(chosen_);
  }

 private:
  bool has(std::string_view name) const {
    return std::find(columns_.begin(), columns_.end(), name) != columns_.end();
  }
  bool is_whole_name(const Item& item) const { return !item.whole.empty() && has(item.whole); }

  // The one name that an item is; null for none.
  const std::string* name_of(const Item& item) const {
    if (is_whole_name(item)) return &item.whole;
    const bool is_name = !item.is_range && (item.first.is_quoted || !is_pattern(item.first.text));
    return is_name ? &item.first.text : nullptr;
  }

  size_t place_of(const std::string& name) const {
    auto found = std::find(columns_.begin(), columns_.end(), name);
    if (found != columns_.end()) return static_cast<size_t>(found - columns_.begin());
    throw Error("--columns: unknown column '" + printable(name) + "'" +
                column_advice(name, columns_));
  }

  // The columns of an item, whether it takes them or leaves them out.
  std::vector<std::string> columns_of(const Item& item) const {
    if (item.leaves_out && !item.whole.empty()) {
      const std::string rest = item.whole.substr(item.whole.find_first_not_of(' ', 1));
      if (has(rest)) return {rest};
    }
    if (item.is_range) return range_of(item);
    if (item.first.is_quoted || !is_pattern(item.first.text)) {
      return {columns_[place_of(item.first.text)]};
    }
    std::vector<std::string> found;
    std::copy_if(columns_.begin(), columns_.end(), std::back_inserter(found),
                 [&](const std::string& name) { return matches(item.first.text, name); });
    if (!found.empty()) return found;
    throw Error("--columns: no column matches '" + printable(item.first.text) + "'" +
                column_advice({}, columns_));
  }

  std::vector<std::string> range_of(const Item& item) const {
    auto is_open = [](const Word& end) { return end.text.empty() && !end.is_quoted; };
    if (columns_.empty()) return {};
    const size_t first = is_open(item.first) ? 0 : place_of(item.first.text);
    const size_t last = is_open(item.last) ? columns_.size() - 1 : place_of(item.last.text);
    auto [least, most] = std::minmax(first, last);
    std::span<const std::string> part = columns_.subspan(least, most - least + 1);
    std::vector<std::string> range(part.begin(), part.end());
    if (last < first) std::reverse(range.begin(), range.end());
    return range;
  }

  // Adds columns that no item names and that are not there yet.
  void add_all(std::span<const std::string> names) {
    for (const std::string& name : names) {
      if (left_out_.count(name) != 0 || by_name_.count(name) != 0) continue;
      if (added_.insert(name).second) chosen_.push_back(name);
    }
  }

  const std::vector<Item>& items_;
  std::span<const std::string> columns_;
  std::unordered_set<std::string> left_out_;
  std::unordered_set<std::string> by_name_;
  std::unordered_set<std::string> added_;
  std::vector<std::string> chosen_;
};

ColumnList::ColumnList(std::vector<std::string> names) {
  for (std::string& name : names)
    items_.push_back({.first = {std::move(name), true}});
}

ColumnList ColumnList::parse(std::string_view text) {
  ColumnList list(Parser(text).parse());
  std::unordered_set<std::string> seen;
  for (const Item& item : list.items_) {
    std::string written = text_of(item);
    if (seen.insert(written).second) continue;
    refuse_repeat(item.whole.empty() ? item.first.text : item.whole);
  }
  return list;
}

std::string ColumnList::text_of(const Item& item) {
  if (!item.whole.empty()) return item.whole;
  std::string text(item.leaves_out ? 1 : 0, '!');
  auto add = [&text](const Word& word) {
    // What only a name can be needs no quotes.
    const bool is_plain = !word.text.empty() && word.text.front() != ' ' &&
                          word.text.back() != ' ' && word.text.front() != '!' &&
                          word.text.find_first_of(",:\"*?") == std::string::npos &&
                          word.text.find(kRange) == std::string::npos;
    const bool is_open = word.text.empty() && !word.is_quoted;
    if (is_open) return;
    text += is_plain ? word.text : quoted(word.text);
  };
  add(item.first);
  if (item.is_range) text += kRange;
  add(item.last);
  return text;
}

std::string ColumnList::to_string() const {
  std::string text;
  for (const Item& item : items_)
    text += (text.empty() ? "" : ",") + text_of(item);
  return text;
}

std::vector<std::string> ColumnList::choose(std::span<const std::string> columns) const {
  if (items_.empty()) return {};
  return Chooser(items_, columns).choose();
}

}  // namespace penstock
