#include "libcore/command/column_offers.h"

#include <algorithm>
#include <cstddef>

#include "libcore/base/utf8.h"

namespace penstock {
namespace {

// Returns where the last item of a list begins: commas in double quotes part no items.
size_t last_item(std::string_view list) {
  size_t begin = 0;
  bool in_quotes = false;
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i] == '"') in_quotes = !in_quotes;
    if (list[i] == ',' && !in_quotes) begin = i + 1;
  }
  return begin;
}

// Returns a name as it stands in a list.
std::string in_list(const std::string& name) {
  const bool is_plain = !name.empty() && name.find_first_of(",:=\"!*?") == name.npos &&
                        name.find("..") == name.npos && name.front() != ' ' && name.back() != ' ';
  if (is_plain) return name;
  std::string quoted = "\"";
  for (char c : name) {
    if (c == '"') quoted += c;
    quoted += c;
  }
  return quoted + '"';
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

class Offers {
 public:
  Offers(const Option& option, std::string_view typed, std::span<const std::string> columns)
      : words_(words_of(option.words)), typed_(typed) {
    const bool is_list = option.complete == Complete::kColumns;
    for (const std::string& name : columns) {
      if (visible_text(name) != name) continue;
      names_.push_back(is_list ? in_list(name) : name);
    }
    if (is_list) at_ = last_item(typed);
  }

  std::vector<std::string> find() {
    if (at_ < typed_.size() && typed_[at_] == '!') ++at_;
    if (std::vector<std::string> offered = complete(names_); !offered.empty()) return offered;
    const std::string_view item = typed_.substr(at_);
    if (!words_.empty() && step_over(item.rfind(':'), 1)) return complete(words_);
    if (step_over(item.rfind('='), 1) || step_over(item.rfind(".."), 2)) return complete(names_);
    return {};
  }

 private:
  // Goes behind `size` bytes at this place of the last item, if a column stands before them.
  bool step_over(size_t place, size_t size) {
    const std::string_view item = typed_.substr(at_);
    if (place == item.npos) return false;
    const std::string_view before = item.substr(0, place);
    auto is_begun = [&](const std::string& name) {
      return before == name || before.starts_with(name + ":");
    };
    if (std::none_of(names_.begin(), names_.end(), is_begun)) return false;
    at_ += place + size;
    return true;
  }

  // What is typed, with each of `ends` that continues it from the place on.
  std::vector<std::string> complete(const std::vector<std::string>& ends) const {
    std::vector<std::string> offered;
    const std::string_view begun = typed_.substr(at_);
    for (const std::string& end : ends) {
      const bool is_quoted = end.starts_with('"') && !begun.starts_with('"');
      const std::string_view text = std::string_view(end).substr(is_quoted ? 1 : 0);
      if (text.starts_with(begun)) offered.push_back(std::string(typed_.substr(0, at_)) + end);
    }
    return offered;
  }

  std::vector<std::string> words_;
  std::vector<std::string> names_;
  std::string_view typed_;
  size_t at_ = 0;  // where what is completed begins
};

}  // namespace

std::vector<std::string> offered_values(const Option& option, std::string_view typed,
                                        std::span<const std::string> columns) {
  if (option.complete != Complete::kColumns && option.complete != Complete::kColumn) return {};
  return Offers(option, typed, columns).find();
}

}  // namespace penstock
