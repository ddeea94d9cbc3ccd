#include "libcore/flow/plan/edge_words.h"

#include <fmt/format.h>

#include "libcore/net/limits.h"

namespace penstock {
namespace {

void append(std::vector<std::string>& words, const std::vector<GivenOption>& options) {
  for (const GivenOption& option : options) {
    std::vector<std::string> more = option.words();
    words.insert(words.end(), more.begin(), more.end());
  }
}

void append_route(std::vector<std::string>& words, const PartitionOptions& how) {
  switch (how.kind) {
    case PartitionKind::kHash:
      words.emplace_back("--hash");
      break;
    case PartitionKind::kRange:
      words.emplace_back("--range");
      break;
    case PartitionKind::kGrid:
      words.insert(words.end(), {"--grid", fmt::format("{}x{}", how.grid_rows, how.grid_columns)});
      break;
    case PartitionKind::kRoundRobin:
      words.emplace_back("--round-robin");
      break;
    case PartitionKind::kBroadcast:
      words.emplace_back("--broadcast");
      break;
    case PartitionKind::kSingle:
      words.emplace_back("--single");
      break;
  }
}

// How rows are shared out, which the senders say; `folder` is what the file of heavy keys stands
// in, with a slash at its end.
void append_sharing(std::vector<std::string>& words, const Edge& edge, const std::string& folder) {
  append_route(words, edge.how);
  if (!edge.spread.empty()) words.push_back("--spread=" + folder + edge.spread);
  if (edge.how.is_second_input) words.emplace_back("--second-input");
}

void append_keys(std::vector<std::string>& words, const std::vector<SortKey>& keys) {
  if (!keys.empty()) words.insert(words.end(), {"-k", to_string(keys)});
}

void append_keys_file(std::vector<std::string>& words, const EdgePlace& place) {
  if (!place.keys.empty()) words.push_back("--keys=" + place.keys);
}

}  // namespace

std::vector<std::string> words_of(const Edge& edge) {
  std::vector<std::string> words;
  if (edge.kind == Edge::Kind::kGather) {
    words.emplace_back("pmerge");
    append_keys(words, edge.merge);
    if (edge.in_turn) words.emplace_back("--in-turn");
    append(words, edge.options);
  } else {
    words.emplace_back("pexchange");
    append(words, edge.options);
    append_sharing(words, edge, "");
    if (!edge.merge.empty()) words.emplace_back("--merge");
    append_keys(words, edge.how.keys);
  }
  words.emplace_back("-");
  return words;
}

std::vector<std::string> receiver_words(const Edge& edge, const EdgePlace& place, size_t senders) {
  std::vector<std::string> words{"pexchange", "--receive=" + place.endpoint,
                                 fmt::format("--senders={}", senders), "--name=" + place.name};
  if (!edge.merge.empty()) {
    words.emplace_back("--merge");
    append_keys(words, edge.merge);
  }
  if (edge.in_turn) words.emplace_back("--in-turn");
  append(words, edge.options);
  if (place.listen_fd >= 0) words.push_back(fmt::format("--listen-fd={}", place.listen_fd));
  append_keys_file(words, place);
  // The receivers of a join's first input find its heavy keys.
  bool finds_heavy_keys = !edge.spread.empty() && !edge.how.is_second_input;
  if (finds_heavy_keys) words.push_back("--spread=" + place.folder + "/" + edge.spread);
  return words;
}

std::vector<std::string> sender_words(const Edge& edge, const EdgePlace& place,
                                      const std::vector<std::string>& endpoints) {
  std::vector<std::string> words{"pexchange"};
  if (edge.kind == Edge::Kind::kGather) {
    // The options are those of what is written, which only the other end does.
    words.emplace_back("--single");
  } else {
    append(words, edge.options);
    append_sharing(words, edge, place.folder + "/");
    append_keys(words, edge.how.keys);
  }
  // However long the first input takes: that it still runs is seen to by the flow.
  if (edge.how.is_second_input) words.push_back(fmt::format("--timeout={}", kMostTimeoutSeconds));
  append_keys_file(words, place);
  words.insert(words.end(), {fmt::format("--send={}", fmt::join(endpoints, ",")),
                             fmt::format("--worker={}", place.worker), "--name=" + place.name});
  return words;
}

std::vector<std::string> reader_words(const Edge& edge, const std::string& list,
                                      const std::string& keys) {
  std::vector<std::string> words{"pexchange", "--read=" + list};
  if (!keys.empty()) words.push_back("--keys=" + keys);
  if (!edge.merge.empty()) {
    words.emplace_back("--merge");
    append_keys(words, edge.merge);
  }
  append(words, edge.options);
  return words;
}

std::vector<std::string> writer_words(const Edge& edge, const std::string& folder,
                                      int64_t partitions, int64_t worker) {
  std::vector<std::string> words{"pexchange", "--write=" + folder,
                                 fmt::format("--partitions={}", partitions),
                                 fmt::format("--turn={}", worker)};
  if (edge.kind == Edge::Kind::kGather) {
    words.emplace_back("--single");
  } else {
    append_sharing(words, edge, "");
    append_keys(words, edge.how.keys);
  }
  return words;
}

}  // namespace penstock
