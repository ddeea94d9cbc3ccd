// The seam to RE2 for patterns of lines, beside regex.cc for expressions.
#include "libcore/expr/functions/line_pattern.h"

#include <re2/re2.h>

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

// RE2 knows only the older way to name a group.
std::string with_p(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      out += text[i++];
    } else if (text.substr(i, 3) == "(?<") {
      out += "(?P";
      i += 2;
    }
    out += text[i];
  }
  return out;
}

class Re2LinePattern : public LinePattern {
 public:
  Re2LinePattern(const std::string& pattern, const RE2::Options& options)
      : regex_(pattern, options) {
    if (!regex_.ok()) return;
    for (const auto& [group, name] : regex_.CapturingGroupNames()) {
      places_.push_back(group);
      names_.push_back(name);
    }
  }

  const RE2& re2() const { return regex_; }
  const std::vector<std::string>& names() const override { return names_; }

  bool match(std::string_view line, std::string_view* groups) const override {
    const int count = places_.back() + 1;
    constexpr int kUsual = 32;
    re2::StringPiece usual[kUsual];
    std::vector<re2::StringPiece> many;
    if (count > kUsual) many.resize(static_cast<size_t>(count));
    re2::StringPiece* found = count > kUsual ? many.data() : usual;
    const re2::StringPiece text(line.data(), line.size());
    if (!regex_.Match(text, 0, line.size(), RE2::UNANCHORED, found, count)) return false;
    for (size_t i = 0; i < places_.size(); ++i) {
      const re2::StringPiece& group = found[places_[i]];
      groups[i] = {group.data(), group.size()};
    }
    return true;
  }

 private:
  RE2 regex_;
  std::vector<int> places_;  // of the named groups, ascending
  std::vector<std::string> names_;
};

}  // namespace

std::shared_ptr<const LinePattern> LinePattern::compile(const std::string& text) {
  RE2::Options options;
  options.set_log_errors(false);
  auto pattern = std::make_shared<const Re2LinePattern>(with_p(text), options);
  const RE2& regex = pattern->re2();
  if (regex.error_code() == RE2::ErrorBadNamedCapture) {
    throw Error::usage("'" + printable(regex.error_arg()) + "' is not the name of a group");
  }
  if (!regex.ok()) throw Error::usage("this is not a valid regular expression: " + regex.error());
  if (pattern->names().empty()) {
    throw Error::usage(
        "the pattern has no named group, as (?<name>\\w+) is one, to make a column of");
  }
  const std::vector<std::string>& names = pattern->names();
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (std::find(names.begin(), name, *name) == name) continue;
    throw Error::usage("two groups are named '" + *name + "'; give each a name of its own");
  }
  return pattern;
}

}  // namespace penstock
