#include "libcore/exchange_files/input_files.h"

#include <fmt/format.h>

#include <utility>

#include "libcore/base/error.h"

namespace penstock {
namespace {

constexpr std::string_view kInputHeading = "penstock input files 1";
constexpr size_t kMostPathBytes = 4095;

}  // namespace

std::string encode_input_files(const std::vector<InputFile>& files) {
  std::vector<std::string> lines;
  for (const InputFile& file : files)
    lines.push_back(facts_text(file.facts) + file.path);
  std::string text = list_text(kInputHeading, lines);
  if (decode_input_files(text) != files) throw Error("the name of a file has a line end");
  return text;
}

std::vector<InputFile> decode_input_files(std::string_view text) {
  std::vector<InputFile> files;
  read_list(text, kInputHeading, kMaxInputFiles, [&](ListLine line) {
    InputFile file;
    file.facts = line.facts();
    file.path = line.rest("the path");
    require_list_name(file.path, kMostPathBytes);
    if (file.path[0] != '/') throw Error(fmt::format("'{}' is not an absolute path", file.path));
    files.push_back(std::move(file));
  });
  if (files.empty()) throw Error("the list has no files; it needs one, at least for the schema");
  return files;
}

std::vector<InputFile> read_input_list(const std::string& operand) {
  const std::string text = read_list_file(operand);
  try {
    return decode_input_files(text);
  } catch (const Error& error) {
    throw error.in_input(operand);
  }
}

}  // namespace penstock
