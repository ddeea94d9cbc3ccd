#include "libcore/flow/plan_join.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "libcore/data/compare.h"
#include "libcore/flow/plan_stages.h"
#include "libcore/flow/scan_files.h"

namespace penstock {
namespace {

// Whether the join may have its inputs so; a hash is the first alternative where there is one.
bool has_placement(const StageDescription& about, std::string_view left, std::string_view right) {
  return std::any_of(about.needs.begin(), about.needs.end(), [&](const auto& placed) {
    return placed.size() == 2 && placed[0].kind == left && placed[1].kind == right;
  });
}

// The rows of a grid of `workers` for which the least is moved: each left row goes to all columns
// of one grid row, each right row to all rows of one column.
int64_t grid_rows(int64_t workers, int64_t left_bytes, int64_t right_bytes) {
  int64_t best = workers;
  auto moved = [&](int64_t rows) {
    return static_cast<double>(left_bytes) * static_cast<double>(workers / rows) +
           static_cast<double>(right_bytes) * static_cast<double>(rows);
  };
  for (int64_t rows = workers - 1; rows > 0; --rows) {
    if (workers % rows == 0 && moved(rows) < moved(best)) best = rows;
  }
  return best;
}

// A single worker that does nothing but put the rows of those before it together.
bool is_gathering(const PlanFragment& fragment) {
  if (fragment.workers != 1 || fragment.stages.size() != 1) return false;
  std::vector<std::string> words;
  for (const PlanWord& word : fragment.stages[0].words)
    words.push_back(word.text);
  // With anything more it writes text, or in an order that somebody asked for.
  return words == std::vector<std::string>{"pmerge", "-"} ||
         words == std::vector<std::string>{"pmerge", "--in-turn", "-"};
}

// `pscan FILE`, shared out when that can be.
PlanFragment scan_of(const std::string& file, int64_t location) {
  PlanFragment fragment;
  std::vector<std::string> words{"pscan"};
  if (file.starts_with('-')) words.emplace_back("--");
  words.push_back(file);
  fragment.stages.push_back(plain_stage(words, location));
  return fragment;
}

void share_out_scan(PlanFragment& scan, int64_t workers, SchemaPtr schema) {
  ScanFiles looked = look_at_files({scan.stages[0].words.back().text}, std::nullopt);
  if (!looked.obstacle.empty() || schema == nullptr) {
    scan.reason = looked.obstacle.empty() ? "one worker" : looked.obstacle;
    return;
  }
  scan.workers = workers;
  scan.division = Division::kChunks;
  scan.chunks = chunk_count(looked, workers);
  scan.sizes = looked.sizes;
  scan.files = looked.files;
  scan.reason = chunks_reason(scan.chunks);
  if (looked.is_text) scan.schema = std::move(schema);
}

}  // namespace

std::vector<std::string> hash_words(const std::vector<std::string>& names) {
  std::vector<SortKey> keys;
  for (const std::string& name : names)
    keys.push_back({name, false, false});
  return {"pexchange", "--hash", "-k", to_string(keys), "-"};
}

std::optional<JoinExchange> exchange_for_join(const StageDescription& about,
                                              const JoinSizes& sizes) {
  const StageDescription::Given* algorithm = about.find("algorithm");
  if (algorithm != nullptr && algorithm->value == "merge") return std::nullopt;
  JoinExchange exchange;
  if (has_placement(about, "hash", "hash")) {
    const auto& placed = about.needs[0];
    exchange.left = hash_words(placed[0].keys);
    exchange.right = hash_words(placed[1].keys);
    exchange.left_keys = placed[0].keys;
    exchange.reason = "rows with equal keys of both inputs come to one worker of the join";
    return exchange;
  }
  if (!has_placement(about, "grid", "grid")) return std::nullopt;
  int64_t rows = grid_rows(sizes.workers, sizes.left_bytes, sizes.right_bytes);
  std::string shape = fmt::format("{}x{}", rows, sizes.workers / rows);
  exchange.left = {"pexchange", "--grid", shape, "-"};
  exchange.right = {"pexchange", "--grid", shape, "--second-input", "-"};
  exchange.reason = "every two rows of the inputs meet in one worker of the join";
  return exchange;
}

void spread_heavy_keys(const StageDescription& about, const std::string& name,
                       JoinExchange& exchange) {
  // Where every worker may have all right rows, each may have those of some keys.
  if (exchange.left_keys.empty() || !has_placement(about, "any", "broadcast")) return;
  exchange.is_spread = true;
  exchange.left.insert(exchange.left.begin() + 2, "--spread=" + name);
  exchange.right.insert(exchange.right.begin() + 2, {"--spread=" + name, "--second-input"});
  exchange.reason += ", those of heavy keys to all";
}

PlanWord exchanged_input(const PlanWord& operand, const JoinExchange& exchange, int64_t workers,
                         SchemaPtr schema) {
  PlanPipeline pipeline;
  if (operand.input == nullptr) {
    pipeline.fragments.push_back(scan_of(operand.text, 0));
    share_out_scan(pipeline.fragments[0], workers, std::move(schema));
  } else {
    pipeline = *operand.input;
    bool scans_file = schema != nullptr && pipeline.fragments.size() == 1;
    if (scans_file) share_out_scan(pipeline.fragments[0], workers, std::move(schema));
    if (ends_in_exchange(pipeline)) {
      pipeline.fragments.pop_back();
      return {"", std::make_shared<const PlanPipeline>(std::move(pipeline))};
    }
    bool gathers = pipeline.fragments.size() > 1 && is_gathering(pipeline.fragments.back());
    if (gathers) pipeline.fragments.pop_back();
  }
  PlanFragment parts;
  parts.workers = workers;
  parts.reason = "each has some of the rows";
  parts.exchange = exchange.reason;
  parts.stages.push_back(
      plain_stage(exchange.right, pipeline.fragments.back().stages.back().location));
  pipeline.fragments.push_back(std::move(parts));
  return {"", std::make_shared<const PlanPipeline>(std::move(pipeline))};
}

bool ends_in_exchange(const PlanPipeline& pipeline) {
  size_t count = pipeline.fragments.size();
  if (count < 3 || !is_gathering(pipeline.fragments.back())) return false;
  const PlanFragment& parts = pipeline.fragments[count - 2];
  return parts.stages.size() == 1 && parts.stages[0].words[0].text == "pexchange";
}

}  // namespace penstock
