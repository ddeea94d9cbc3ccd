#include "libcore/partition/output_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// A %d in an operand.
struct NumberPlace {
  size_t begin;
  size_t end;
  int digits;
};

std::optional<NumberPlace> number_place(const std::string& text) {
  for (size_t at = text.find('%'); at != std::string::npos; at = text.find('%', at + 1)) {
    size_t next = at + 1;
    int digits = 1;
    // At most 9, more than any number needs.
    if (next + 1 < text.size() && text[next] == '0' && text[next + 1] >= '1' &&
        text[next + 1] <= '9') {
      digits = text[next + 1] - '0';
      next += 2;
    }
    if (next < text.size() && text[next] == 'd') return NumberPlace{at, next + 1, digits};
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> take_output_names(std::vector<std::string>& operands, int64_t partitions) {
  std::vector<std::string> names;
  std::optional<NumberPlace> place;
  if (!operands.empty()) place = number_place(operands.back());
  if (place) {
    const std::string text = std::move(operands.back());
    operands.pop_back();
    for (int64_t number = 1; number <= partitions; ++number) {
      names.push_back(fmt::format("{}{:0{}}{}", text.substr(0, place->begin), number, place->digits,
                                  text.substr(place->end)));
    }
    return names;
  }
  if (operands.empty()) throw Error::usage("an output is missing");
  if (std::ssize(operands) < partitions) {
    throw Error::usage(
        fmt::format("{} partitions need as many outputs, or one with %d for their "
                    "number; there {} {}",
                    partitions, operands.size() == 1 ? "is" : "are", operands.size()));
  }
  names.assign(operands.end() - partitions, operands.end());
  operands.resize(operands.size() - names.size());
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) {
      throw Error::usage(fmt::format("output '{}' is named twice", name));
    }
  }
  return names;
}

}  // namespace penstock
