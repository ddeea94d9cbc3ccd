#include "libcore/expr/functions/regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "libcore/base/utf8.h"

namespace penstock {
namespace {

constexpr size_t kMaxGroups = 10;

class Re2Regex : public Regex {
 public:
  Re2Regex(std::string_view pattern, const RE2::Options& options)
      : regex_(re2::StringPiece(pattern.data(), pattern.size()), options) {}

  const RE2& re2() const { return regex_; }

  bool matches(std::string_view text) const override {
    return regex_.Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
  }

  bool find(std::string_view text, size_t from, size_t group, Match& match,
            std::string_view& bytes) const override {
    if (text.data() == nullptr) text = "";
    std::array<re2::StringPiece, kMaxGroups> groups;
    if (from > text.size() || !regex_.Match(piece(text), from, text.size(), RE2::UNANCHORED,
                                            groups.data(), static_cast<int>(group) + 1)) {
      return false;
    }
    match.begin = static_cast<size_t>(groups[0].data() - text.data());
    match.end = match.begin + groups[0].size();
    bytes = {groups[group].data(), groups[group].size()};
    return true;
  }

  bool find_groups(std::string_view text, size_t from,
                   std::vector<std::string_view>& groups) const override {
    std::array<re2::StringPiece, kMaxGroups> found;
    const size_t count = group_count() + 1;
    // An empty match has a place, as a group without a match has not.
    if (text.data() == nullptr) text = "";
    groups.clear();
    if (from > text.size() || !regex_.Match(piece(text), from, text.size(), RE2::UNANCHORED,
                                            found.data(), static_cast<int>(count))) {
      return false;
    }
    for (size_t i = 0; i < count; ++i)
      groups.emplace_back(found[i].data(), found[i].size());
    return true;
  }

  size_t group_count() const override {
    return std::min(static_cast<size_t>(regex_.NumberOfCapturingGroups()), kMaxGroups - 1);
  }

  bool replace(std::string_view text, std::string_view with, bool all, size_t limit,
               std::string& out) const override {
    std::array<re2::StringPiece, kMaxGroups> groups;
    int wanted = static_cast<int>(group_count()) + 1;
    size_t copied = 0;
    for (size_t from = 0; from <= text.size();) {
      if (!regex_.Match(piece(text), from, text.size(), RE2::UNANCHORED, groups.data(), wanted)) {
        break;
      }
      size_t begin = static_cast<size_t>(groups[0].data() - text.data());
      size_t end = begin + groups[0].size();
      out.append(text, copied, begin - copied);
      append_replacement(with, groups, out);
      if (out.size() > limit) return false;
      copied = end;
      if (!all) break;
      // After an empty match, moves on by one character; otherwise it would be found again forever.
      from = end > begin ? end : utf8_offset(text.substr(end), 1) + end + (end == text.size());
    }
    out.append(text, copied);
    return out.size() <= limit;
  }

 private:
  static re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

  static void append_replacement(std::string_view with,
                                 const std::array<re2::StringPiece, kMaxGroups>& groups,
                                 std::string& out) {
    for (size_t i = 0; i < with.size(); ++i) {
      char next = i + 1 < with.size() ? with[i + 1] : '\0';
      if (with[i] != '\\' || next == '\0') {
        out += with[i];
        continue;
      }
      ++i;
      if (next == '&' || (next >= '0' && next <= '9')) {
        const re2::StringPiece& group = groups[next == '&' ? 0 : static_cast<size_t>(next - '0')];
        if (group.data() != nullptr) out.append(group.data(), group.size());
      } else {
        out += next;
      }
    }
  }

  RE2 regex_;
};

}  // namespace

RegexPtr bind_regex(const Binder& binder, const Bound& pattern, bool ignore_case) {
  ColumnPtr constant =
      binder.coerce(pattern, utf8_type(), "the regular expression").node->constant();
  if (constant == nullptr || constant->null_count != 0) {
    binder.fail(pattern.location, "a regular expression must be a constant");
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!ignore_case);
  auto regex = std::make_shared<const Re2Regex>(constant->bytes_at(0), options);
  if (!regex->re2().ok()) {
    binder.fail(pattern.location,
                "this is not a valid regular expression: " + regex->re2().error());
  }
  return regex;
}

}  // namespace penstock
