#include "libcore/flow/detached/run_id.h"

#include <random>
#include <utility>

namespace penstock {
namespace {

constexpr std::string_view kCharacters = "abcdefghjkmnpqrstvwxyz23456789";
constexpr size_t kLetters = 22;  // which stand first

}  // namespace

RunId RunId::make() {
  std::random_device random;
  auto pick = [&](size_t count) {
    return kCharacters[std::uniform_int_distribution<size_t>(0, count - 1)(random)];
  };
  std::string text(1, pick(kLetters));
  while (text.size() < kLength)
    text += pick(kCharacters.size());
  return RunId(std::move(text));
}

std::optional<RunId> RunId::parse(std::string_view text) {
  bool is_id = text.size() == kLength &&
               kCharacters.substr(0, kLetters).find(text[0]) != text.npos &&
               text.find_first_not_of(kCharacters) == text.npos;
  if (!is_id) return std::nullopt;
  return RunId(std::string(text));
}

}  // namespace penstock
