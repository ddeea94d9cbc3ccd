#include "libcore/exchange_files/partition_files.h"

#include <fmt/format.h>

#include <charconv>
#include <unordered_set>

#include "libcore/base/error.h"
#include "libcore/os/byte_sink.h"
#include "libcore/partition/partitioner.h"

namespace penstock {
namespace {

constexpr std::string_view kPartitionHeading = "penstock partition files 1";
constexpr std::string_view kNoPartitions = "-";
constexpr size_t kMostNameBytes = 255;              // of a name in a folder
constexpr int64_t kMostFiles = kMaxPartitions + 1;  // one a partition, and that of the schema

void require_name(std::string_view name) {
  require_list_name(name, kMostNameBytes);
  if (name.find('/') != std::string_view::npos || name == "." || name == "..") {
    throw Error(fmt::format("'{}' is not the name of a file in the folder", name));
  }
}

// `before` is the partition before it, or -1.
void require_partition(int64_t partition, int64_t before) {
  if (partition <= before || partition >= kMaxPartitions) {
    throw Error(fmt::format("partition {} does not ascend below {}", partition, kMaxPartitions));
  }
}

std::string partitions_text(const std::vector<int32_t>& partitions) {
  if (partitions.empty()) return std::string(kNoPartitions);
  return fmt::format("{}", fmt::join(partitions, ","));
}

std::vector<int32_t> parse_partitions(std::string_view text) {
  std::vector<int32_t> partitions;
  if (text == kNoPartitions) return partitions;
  for (const char* at = text.begin();; ++at) {
    int32_t partition = 0;
    const auto [end, problem] = std::from_chars(at, text.end(), partition);
    if (problem != std::errc{} || (end != text.end() && *end != ',')) {
      throw Error(fmt::format("'{}' is not a list of partitions", text));
    }
    require_partition(partition, partitions.empty() ? -1 : partitions.back());
    partitions.push_back(partition);
    if (end == text.end()) return partitions;
    at = end;
  }
}

}  // namespace

std::string encode_partition_files(const std::vector<PartitionFile>& files) {
  std::vector<std::string> lines;
  for (const PartitionFile& file : files) {
    lines.push_back(facts_text(file.facts) + partitions_text(file.partitions) + " " + file.name);
  }
  std::string text = list_text(kPartitionHeading, lines);
  if (decode_partition_files(text) != files) throw Error("the name of a file has a line end");
  return text;
}

std::vector<PartitionFile> decode_partition_files(std::string_view text) {
  std::vector<PartitionFile> files;
  std::unordered_set<std::string_view> names;
  read_list(text, kPartitionHeading, kMostFiles, [&](ListLine line) {
    PartitionFile file;
    file.facts = line.facts();
    file.partitions = parse_partitions(line.field("the list of partitions"));
    const std::string_view name = line.rest("the name");
    require_name(name);
    if (!names.insert(name).second) throw Error(fmt::format("'{}' is listed twice", name));
    file.name = name;
    files.push_back(std::move(file));
  });
  return files;
}

void write_partition_list(const std::string& folder, const std::vector<PartitionFile>& files) {
  const std::string text = encode_partition_files(files);
  ByteSinkPtr sink = open_sink(folder + "/" + kPartitionList);
  sink->write(text);
  sink->finish();
}

std::vector<PartitionFile> read_partition_list(const std::string& folder) {
  const std::string path = folder + "/" + kPartitionList;
  try {
    const std::string text = read_list_file(path);
    try {
      return decode_partition_files(text);
    } catch (const Error& error) {
      throw Error(path + ": is damaged: " + error.message());
    }
  } catch (const Error& error) {
    throw Error::of_machine(error.message());
  }
}

}  // namespace penstock
