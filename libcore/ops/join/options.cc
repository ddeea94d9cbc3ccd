#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/base/suggest.h"
#include "libcore/ops/join/join.h"

namespace penstock {
namespace {

[[noreturn]] void throw_bad_keys(std::string_view text, std::string_view what) {
  throw Error::usage(
      fmt::format("key list '{}': {}; write left=right,… or one name for both sides", text, what));
}

// Reads a name, quoted or up to the next ',' or '='.
std::string read_name(std::string_view text, size_t& at) {
  std::string name;
  if (at < text.size() && text[at] == '"') {
    for (++at;; ++at) {
      if (at == text.size()) throw_bad_keys(text, "a quote is not closed");
      if (text[at] == '"' && (++at == text.size() || text[at] != '"')) break;
      name += text[at];
    }
  } else {
    while (at < text.size() && text[at] != ',' && text[at] != '=')
      name += text[at++];
    if (name.empty()) throw_bad_keys(text, "a name is missing");
  }
  if (at < text.size() && text[at] != ',' && text[at] != '=') {
    throw_bad_keys(text, "text follows a closing quote");
  }
  return name;
}

// Letters, digits and '_', not beginning with a digit: names that need no quotes in an expression.
bool is_word(std::string_view name) {
  auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && !is_digit(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || is_digit(c); });
}

}  // namespace

JoinType parse_join_type(std::string_view name) {
  static const std::array<std::string, 7> kNames = {"inner", "left", "right", "full",
                                                    "semi",  "anti", "cross"};
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<JoinType>(i);
  }
  throw Error::usage(fmt::format("unknown join type '{}'{}; the types are {}", name,
                                 did_you_mean(name, kNames), fmt::join(kNames, ", ")));
}

JoinAlgorithm parse_join_algorithm(std::string_view name) {
  static const std::array<std::string, 5> kNames = {"auto", "hash", "merge", "nested-loop",
                                                    "symmetric"};
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<JoinAlgorithm>(i);
  }
  throw Error::usage(fmt::format("unknown algorithm '{}'{}; there are {}", name,
                                 did_you_mean(name, kNames), fmt::join(kNames, ", ")));
}

std::pair<std::string, std::string> parse_side_names(std::string_view text) {
  size_t comma = text.find(',');
  std::pair<std::string, std::string> names;
  names.first = text.substr(0, comma);
  if (comma != std::string_view::npos) names.second = text.substr(comma + 1);
  if (!is_word(names.first) || !is_word(names.second) || names.first == names.second) {
    throw Error::usage(fmt::format("'{}' is not two names; write them as in l,r", text));
  }
  return names;
}

void require_valid(const JoinOptions& options) {
  bool has_condition = !options.keys.empty() || !options.on.empty();
  if (options.type == JoinType::kCross && has_condition) {
    throw Error::usage("a cross join has no condition; use --type inner with -k or --on");
  }
  if (options.type != JoinType::kCross && !has_condition) {
    throw Error::usage("no keys; use -k, --on, or --type cross for all pairs");
  }
  const bool gives_right = options.type != JoinType::kSemi && options.type != JoinType::kAnti;
  if (!gives_right && !(options.left_prefix.empty() && options.right_prefix.empty())) {
    throw Error::usage("a prefix has no meaning where only left columns come out");
  }
}

std::vector<std::pair<std::string, std::string>> parse_join_keys(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> keys;
  for (size_t at = 0;; ++at) {
    std::string left = read_name(text, at);
    std::string right = left;
    if (at < text.size() && text[at] == '=') right = read_name(text, ++at);
    if (at < text.size() && text[at] == '=') throw_bad_keys(text, "a second '=' in one pair");
    keys.emplace_back(std::move(left), std::move(right));
    if (at == text.size()) return keys;
  }
}

}  // namespace penstock
