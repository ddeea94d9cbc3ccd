#include "libcore/table/groups/group_files.h"

#include <fmt/format.h>

#include <set>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/json_writer.h"
#include "libcore/table/data_path.h"
#include "libcore/table/log_json.h"

namespace penstock {
namespace {

GroupFile group_file_of(const LogValue& value) {
  const std::vector<LogValue> members = value.items(kGroupFilesTag);
  if (members.size() != 3) throw Error("is not a path, a size and a checksum");
  GroupFile file{decode_data_path(members[0].text("a path")), members[1].number("a size"),
                 members[2].text("a checksum")};
  if (file.size < 0) throw Error("has a size that is negative");
  return file;
}

std::vector<GroupFile> group_files_of(std::string_view text, const std::string& path) {
  LogText parser;
  std::vector<GroupFile> files;
  std::set<std::string> paths;
  for (const LogValue& value : parser.parse(text).items(kGroupFilesTag)) {
    files.push_back(group_file_of(value));
    if (!paths.insert(files.back().path).second) throw Error("has a path twice");
    if (files.size() > kMaxColumnGroups) {
      throw Error(fmt::format("has more than {} files", kMaxColumnGroups));
    }
  }
  if (files.empty() || files[0].path != path) throw Error("does not begin with the file itself");
  return files;
}

}  // namespace

std::string encode_group_files(const std::vector<GroupFile>& files) {
  JsonWriter json;
  json.open('[');
  for (const GroupFile& file : files) {
    json.open('[');
    json.text(encode_data_path(file.path));
    json.word(std::to_string(file.size));
    json.text(file.checksum);
    json.close(']');
  }
  json.close(']');
  return json.take();
}

std::vector<GroupFile> decode_group_files(std::string_view text, const std::string& path) {
  try {
    return group_files_of(text, path);
  } catch (const Error& error) {
    throw error.prefixed(fmt::format("the tag '{}' of '{}': ", kGroupFilesTag, printable(path)));
  }
}

int64_t bytes_of(const std::vector<GroupFile>& files) {
  int64_t sum = 0;
  for (const GroupFile& file : files) {
    if (__builtin_add_overflow(sum, file.size, &sum)) {
      throw Error("the files of the column groups have more bytes than a number holds");
    }
  }
  return sum;
}

}  // namespace penstock
