#include "libcore/partition/output_names.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/ops/scan/operand_file.h"

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

std::vector<std::string> numbered(const std::string& text, NumberPlace place, int64_t partitions) {
  std::vector<std::string> names;
  for (int64_t number = 1; number <= partitions; ++number) {
    names.push_back(fmt::format("{}{:0{}}{}", text.substr(0, place.begin), number, place.digits,
                                text.substr(place.end)));
  }
  return names;
}

void refuse_repeats(const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) {
      throw Error::usage(fmt::format("output '{}' is named twice", name));
    }
  }
}

void refuse_filled(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    struct stat status {};
    if (stat(name.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
      continue;
    }
    throw Error::usage(
        fmt::format("'{}' would be an output, but it exists and is not empty; name outputs with "
                    "-o, or replace them with --force",
                    name));
  }
}

// What is the same for all names of a regular file; empty for what is not one.
std::optional<std::pair<dev_t, ino_t>> file_at(const std::string& name) {
  struct stat status {};
  if (stat(name.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return std::pair(status.st_dev, status.st_ino);
}

[[noreturn]] void wrong_number(int64_t partitions, int64_t names) {
  throw Error::usage(fmt::format(
      "{} partition{} as many outputs, or one with %d for their "
      "number; there {} {}",
      partitions, partitions == 1 ? " needs" : "s need", names == 1 ? "is" : "are", names));
}

}  // namespace

std::vector<std::string> take_output_names(std::vector<std::string>& operands, int64_t partitions,
                                           bool force) {
  if (operands.empty()) throw Error::usage("an output is missing");
  if (std::optional<NumberPlace> place = number_place(operands.back())) {
    std::vector<std::string> names = numbered(operands.back(), *place, partitions);
    operands.pop_back();
    return names;
  }
  if (std::ssize(operands) < partitions) wrong_number(partitions, std::ssize(operands));
  std::vector<std::string> names(operands.end() - partitions, operands.end());
  operands.resize(operands.size() - names.size());
  refuse_repeats(names);
  if (!force) refuse_filled(names);
  return names;
}

std::vector<std::string> listed_output_names(const std::string& list, int64_t partitions) {
  std::vector<std::string> names;
  for (size_t at = 0; at <= list.size();) {
    size_t comma = std::min(list.find(',', at), list.size());
    names.push_back(list.substr(at, comma - at));
    if (names.back().empty()) throw Error::usage("an output in '" + list + "' has no name");
    at = comma + 1;
  }
  if (names.size() == 1) {
    if (auto place = number_place(list)) return numbered(list, *place, partitions);
  }
  if (std::ssize(names) != partitions) wrong_number(partitions, std::ssize(names));
  refuse_repeats(names);
  return names;
}

void refuse_inputs_as_outputs(const std::vector<std::string>& outputs,
                              const std::vector<std::string>& inputs) {
  std::set<std::pair<dev_t, ino_t>> read;
  for (const std::string& input : inputs) {
    if (auto file = file_at(file_of_operand(input))) read.insert(*file);
  }
  if (read.empty()) return;
  for (const std::string& output : outputs) {
    const auto file = file_at(output);
    if (!file || read.count(*file) == 0) continue;
    throw Error::usage(fmt::format(
        "'{}' would be an output, but it is an input too; replace it with --force", output));
  }
}

}  // namespace penstock
