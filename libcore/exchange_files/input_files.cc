#include "libcore/exchange_files/input_files.h"

#include <fmt/format.h>

#include <utility>

#include "libcore/base/error.h"
#include "libcore/exchange_files/served_path.h"
#include "libcore/net/endpoint.h"

namespace penstock {
namespace {

constexpr std::string_view kInputHeading = "penstock input files 2";
// The endpoint of a file of this host.
constexpr std::string_view kThisHost = "-";

std::string read_endpoint(std::string_view text) {
  if (text == kThisHost) return {};
  std::string endpoint;
  try {
    endpoint = parse_endpoint(text);
  } catch (const Error& error) {
    throw Error(error.message());  // nothing is wrong with the command line
  }
  if (endpoint != text) throw Error(fmt::format("'{}' must be written as {}", text, endpoint));
  return endpoint;
}

void require_path(const InputFile& file) {
  require_list_name(file.path, kMostPathBytes);
  if (!file.endpoint.empty()) return require_served_path(file.path);
  if (file.path[0] != '/') throw Error(fmt::format("'{}' is not an absolute path", file.path));
}

}  // namespace

std::string encode_input_files(const std::vector<InputFile>& files) {
  std::vector<std::string> lines;
  for (const InputFile& file : files) {
    const std::string_view endpoint = file.endpoint.empty() ? kThisHost : file.endpoint;
    lines.push_back(fmt::format("{}{} {}", facts_text(file.facts), endpoint, file.path));
  }
  std::string text = list_text(kInputHeading, lines);
  if (decode_input_files(text) != files) throw Error("the name of a file has a line end");
  return text;
}

std::vector<InputFile> decode_input_files(std::string_view text) {
  std::vector<InputFile> files;
  read_list(text, kInputHeading, kMaxInputFiles, [&](ListLine line) {
    InputFile file;
    file.facts = line.facts();
    file.endpoint = read_endpoint(line.field("the endpoint"));
    file.path = line.rest("the path");
    require_path(file);
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
