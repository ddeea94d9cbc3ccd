// The list of the files that a reader reads (read_files.h), in their order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/exchange_files/list_text.h"

namespace penstock {

struct InputFile {
  // Absolute; with an endpoint, relative to the folder that is served there
  // (require_served_path()).
  std::string path;
  FileFacts facts;  // as its writer stated them
  // Where a server gives the file, as parse_endpoint() returns it; empty for a file of this host.
  std::string endpoint = {};

  friend bool operator==(const InputFile&, const InputFile&) = default;
};

inline constexpr int64_t kMaxInputFiles = 1'000'000;

// Encodes a list as text. Throws Error for a list that decode_input_files() refuses.
std::string encode_input_files(const std::vector<InputFile>& files);

// Decodes the text. Throws Error for a list without files or of more than kMaxInputFiles, and
// unless each path is as InputFile says, has at most kMostPathBytes and is without control
// characters.
std::vector<InputFile> decode_input_files(std::string_view text);

// Reads a list; "-" is standard input. Throws Error when it cannot be read or is not a list.
std::vector<InputFile> read_input_list(const std::string& operand);

}  // namespace penstock
