// The tools that can be stages, by name.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/stage/stage.h"

namespace penstock {

// A view of a list that lives as long as the program: there is one, of all tools.
class StageRegistry {
 public:
  StageRegistry() = default;
  explicit StageRegistry(std::span<const StageKind* const> kinds) : kinds_(kinds) {}

  // Null for what is not a tool.
  const StageKind* find(std::string_view name) const {
    auto found = std::find_if(kinds_.begin(), kinds_.end(),
                              [&](const StageKind* kind) { return kind->text.name == name; });
    return found == kinds_.end() ? nullptr : *found;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const StageKind* kind : kinds_)
      names.emplace_back(kind->text.name);
    return names;
  }

 private:
  std::span<const StageKind* const> kinds_;
};

}  // namespace penstock
