#include "libcore/data/repeated_name.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace penstock {

std::optional<std::pair<size_t, size_t>> repeated_name(std::span<const Field> fields) {
  std::unordered_map<std::string_view, size_t> seen;
  for (size_t i = 0; i < fields.size(); ++i) {
    auto [before, fresh] = seen.emplace(fields[i].name, i);
    if (!fresh) return std::pair(before->second, i);
  }
  return std::nullopt;
}

std::string free_name(const std::string& name, std::span<const Field> fields) {
  for (size_t number = 2;; ++number) {
    std::string candidate = name + "_" + std::to_string(number);
    auto has_it = [&](const Field& field) { return field.name == candidate; };
    if (std::none_of(fields.begin(), fields.end(), has_it)) return candidate;
  }
}

}  // namespace penstock
