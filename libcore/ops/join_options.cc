#include <fmt/format.h>

#include <array>

#include "libcore/base/error.h"
#include "libcore/base/suggest.h"
#include "libcore/ops/join.h"

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

}  // namespace

JoinType parse_join_type(std::string_view name) {
  static const std::array<std::string, 4> kNames = {"inner", "left", "semi", "anti"};
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<JoinType>(i);
  }
  throw Error::usage(fmt::format("unknown join type '{}'{}; the types are inner, left, semi, anti",
                                 name, did_you_mean(name, kNames)));
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
