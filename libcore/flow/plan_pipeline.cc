#include "libcore/flow/plan_pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/data/compare.h"
#include "libcore/flow/listed_program.h"
#include "libcore/flow/plan_join.h"
#include "libcore/flow/scan_files.h"
#include "libcore/flow/seen_order.h"

namespace penstock {
namespace {

// A join's right input is read by every worker when it is so small, or when reading it N times
// costs no more than the left input's rows save by being shared out.
constexpr int64_t kSmallBytes = int64_t{64} << 20;
constexpr int64_t kMostBroadcastBytes = int64_t{1} << 30;

// From this much input on the groups of an aggregation may be so many that one worker is not enough
// to put them together; the exchange that several need costs some 20 ms.
constexpr int64_t kManyGroupsBytes = int64_t{64} << 20;

const std::string kStandardInput = "-";

class PipelinePlanner {
 public:
  PipelinePlanner(std::vector<DescribedStage> stages, const PlannedInputs& planned,
                  const PlanOptions& options)
      : stages_(std::move(stages)), planned_(planned), options_(options) {}

  PlanPipeline plan() {
    std::string obstacle = options_.workers == 1 ? "one worker was asked for" : begin_parallel();
    if (!obstacle.empty()) {
      current_.reason = obstacle;
    } else {
      while (at_ < stages_.size() && take_parallel(stages_[at_]))
        ++at_;
      if (current_.workers > 1) gather_rest();
    }
    for (; at_ < stages_.size(); ++at_)
      current_.stages.push_back(stages_[at_].stage);
    result_.fragments.push_back(std::move(current_));
    return std::move(result_);
  }

 private:
  // Sees to it that the pipeline begins with a scan that can be divided and is worth it. Returns
  // what is in the way.
  std::string begin_parallel() {
    std::shared_ptr<const StageDescription> first = stages_[0].about;
    if (first == nullptr || first->operation == kListedOperation) {
      return "nothing is known of what " + stages_[0].program() + " reads";
    }
    bool is_scan = first->operation == "scan";
    std::vector<std::string> files = first->inputs;
    if (!is_scan) {
      if (files.empty() || first->operation == "merge" || first->operation == "print") {
        return "a " + first->operation + " needs all rows in one place";
      }
      files.resize(1);
    }
    for (const std::string& input : first->inputs) {
      if (input == kStandardInput) return "standard input can be read only once";
      if (is_descriptor(input)) return input + " is another file in each process";
    }
    for (const std::string& file : files) {
      if (planned_.count(file) != 0) return "a pipeline's output can be read only once";
    }
    for (const char* option : {"partition", "chunks", "rejects"}) {
      if (first->find(option) != nullptr) return std::string("--") + option + " is for one reader";
    }
    bool text_join = first->operation == "join" && !first->options_of("Reading").empty();
    if (text_join) return "its options for reading hold for both inputs of the join";
    const StageDescription::Given* from = first->find("from");
    ScanFiles looked = look_at_files(files, from ? from->value : std::nullopt);
    if (!looked.obstacle.empty()) return looked.obstacle;
    if (!is_scan) split_off_scan(files);
    left_bytes_ = looked.bytes;
    bool keys_are_asked = std::any_of(stages_.begin(), stages_.end(), [](const auto& stage) {
      return stage.has("on") && !stage.has("key");
    });
    SchemaPtr schema = keys_are_asked ? learn_schemas() : nullptr;
    if (!is_worth_it()) return "a scan has threads of its own, and keeps the rows' order by itself";
    current_.workers = options_.workers;
    if (schema == nullptr) schema = learn_schemas();
    if (schema != nullptr) push_down(schema, looked.is_text);
    current_.stages.push_back(stages_[0].stage);
    at_ = 1;
    current_.files = looked.files;
    files_ = std::move(looked);
    return {};
  }

  // `psort -k a f.csv` as `pscan f.csv | psort -k a`.
  void split_off_scan(const std::vector<std::string>& files) {
    DescribedStage& stage = stages_[0];
    std::vector<std::string> words{"pscan"};
    std::vector<std::string> reading = stage.about->options_of("Reading");
    words.insert(words.end(), reading.begin(), reading.end());
    if (files[0].starts_with('-')) words.emplace_back("--");
    words.push_back(files[0]);
    auto about = std::make_shared<StageDescription>();
    about->operation = "scan";
    about->inputs = files;
    for (const StageDescription::Given& given : stage.about->given) {
      if (given.heading == "Reading") about->given.push_back(given);
    }
    DescribedStage scan{plain_stage(words, stage.stage.location), std::move(about)};

    auto piped = std::make_shared<StageDescription>(*stage.about);
    piped->inputs[0] = kStandardInput;
    std::erase_if(piped->given, [](const auto& given) { return given.heading == "Reading"; });
    bool is_join = piped->operation == "join";
    stage.about = std::move(piped);
    std::vector<std::string> inputs;
    if (is_join) inputs = stage.about->inputs;
    stage = rebuild(stage, {"Operation", "Writing", "Other"}, {}, inputs, planned_);
    stages_.insert(stages_.begin(), std::move(scan));
  }

  // Whether some stage before the rows must come together does more than hand on what it is given.
  bool is_worth_it() {
    bool filters = false;
    for (size_t i = 1; i < stages_.size(); ++i) {
      const StageDescription* about = stages_[i].about.get();
      if (about == nullptr) return false;
      const std::string& operation = about->operation;
      if ((about->split && operation != "head") || can_share_out(i)) return true;
      if (operation == "head") return filters;
      if (operation == "exchange" || operation == kListedOperation) return true;
      if (operation == "join") return is_right_shareable(*about) || exchange_of(i);
      if (operation != "filter" && operation != "project") return false;
      if (operation == "project") return true;
      filters = true;
    }
    return false;
  }

  // Finds the schemas that workers and push-down need, of the scan, which is given (null when that
  // cannot be told), and of the files that are joined with; and what these say of joins' keys.
  SchemaPtr learn_schemas() {
    const StageDescription& scan = *stages_[0].about;
    SchemaPtr schema = schema_of_scan(reading_of(scan, scan.inputs), options_.ask);
    if (schema == nullptr) return nullptr;
    for (const DescribedStage& stage : stages_) {
      const StageDescription* about = stage.about.get();
      bool reads_file = about != nullptr && about->operation == "join" &&
                        about->inputs.size() == 2 && shareable_bytes(about->inputs[1]) >= 0;
      if (!reads_file) continue;
      right_schemas_[about] = schema_of_scan(reading_of(*about, {about->inputs[1]}), options_.ask);
    }
    find_keys_of_conditions(stages_, *schema, right_schemas_);
    return schema;
  }

  void push_down(const SchemaPtr& schema, bool is_text) {
    if (is_text && stages_[0].about->find("schema") == nullptr) current_.schema = schema;
    push_into_scan(stages_, *schema, is_text, right_schemas_);
    scan_right_once(stages_, *schema, right_schemas_);
  }

  static std::vector<std::string> reading_of(const StageDescription& about,
                                             const std::vector<std::string>& inputs) {
    std::vector<std::string> words{"pscan"};
    std::vector<std::string> reading = about.options_of("Reading");
    words.insert(words.end(), reading.begin(), reading.end());
    words.emplace_back("--");
    words.insert(words.end(), inputs.begin(), inputs.end());
    return words;
  }

  // Takes the next stage into the workers' fragment, as a whole or its first half, which ends the
  // fragment. False when the rows must come together before it.
  bool take_parallel(const DescribedStage& stage) {
    if (current_.workers == 1) return false;
    const StageDescription* about = stage.about.get();
    if (about == nullptr) return refuse("nothing is known of " + stage.program());
    if (about->inputs.empty() || about->inputs[0] != kStandardInput) {
      return refuse("the stage has inputs of its own");
    }
    if (!about->options_of("Reading").empty()) {
      return refuse("the stage reads what is not an Arrow stream");
    }
    bool last = at_ + 1 == stages_.size();
    if (about->operation == "partition") return refuse("one process writes the partitions");
    if (about->operation == "exchange") return take_exchange(*about);
    bool writes = !about->options_of("Writing").empty();
    bool sorts_ranges = about->split && !range_by_.empty() && about->split->merge == range_by_;
    bool in_place = sorts_ranges || is_placed_for(*about);
    if (about->split && !in_place) {
      split(stage);
      return true;
    }
    std::optional<JoinExchange> exchange;
    if (about->operation == "join") {
      exchange = exchange_of(at_);
      if (!exchange && !is_right_shareable(*about)) return false;
    }
    if (writes && !last) return refuse("the stage gives text, or a file");
    bool any = std::any_of(about->needs.begin(), about->needs.end(),
                           [](const auto& alternative) { return alternative[0].kind == "any"; });
    if (!any && !in_place && can_share_out(at_)) {
      hash(about->needs[0][0].keys,
           fmt::format("rows with equal keys come to one worker of the {}", about->operation));
      in_place = true;
    }
    if (about->operation == "merge" || !(any || in_place || exchange)) {
      return refuse(about->why_in_one_place());
    }
    PlanStage kept = stage.stage;
    if (writes) writing_ = about->options_of("Writing");
    if (writes || exchange) {
      std::vector<std::string> inputs = about->inputs;
      if (about->operation != "join") inputs.clear();
      kept = rebuild(stage, {"Operation", "Other"}, {}, inputs, planned_).stage;
      // The right one may have become a scan of its own.
      const PlanWord& written = stage.stage.words.back();
      if (about->operation == "join" && written.input != nullptr) kept.words.back() = written;
    }
    if (about->operation == "join" && !exchange) keep_right_file(kept);
    if (exchange) share_out(*exchange, kept, *about);
    if (!about->keeps_order) is_ordered_ = sorts_ranges;
    forget_placement(*about);
    current_.stages.push_back(std::move(kept));
    return true;
  }

  // Has all workers read the same of a file that each of them joins with.
  void keep_right_file(const PlanStage& join) {
    const PlanWord& right = join.words.back();
    if (right.input != nullptr || shareable_bytes(right.text) < 0) return;
    current_.files.push_back(look_at_file(right.text));
  }

  // What the stage leaves of what is known of where rows lie.
  void forget_placement(const StageDescription& about) {
    bool keeps = about.keeps_columns && (about.keeps_placement || about.operation == "sort");
    // Right rows without a partner have nulls for the left keys, wherever they are.
    if (keeps && !(about.operation == "join" && !about.keeps_order)) return;
    placed_by_.clear();
    range_by_.clear();
  }

  // Whether rows that belong together by the stage's keys are in one worker already.
  bool is_placed_for(const StageDescription& about) const {
    if (placed_by_.empty() || !about.can_hash()) return false;
    const std::vector<std::string>& keys = about.needs[0][0].keys;
    return std::all_of(placed_by_.begin(), placed_by_.end(), [&](const std::string& name) {
      return std::find(keys.begin(), keys.end(), name) != keys.end();
    });
  }

  // How both inputs of a join are shared out, where that is possible and better than to have all
  // workers read the right one.
  std::optional<JoinExchange> exchange_of(size_t join) {
    const StageDescription& about = *stages_[join].about;
    auto planned = planned_.find(about.inputs[1]);
    bool is_written = planned != planned_.end() && ends_in_exchange(*planned->second);
    if (!is_written && is_right_shareable(about)) return std::nullopt;
    if (is_order_seen(join)) return std::nullopt;
    std::optional<JoinExchange> exchange =
        exchange_for_join(about, {options_.workers, left_bytes_, shareable_bytes(about.inputs[1])});
    bool is_there = exchange && !exchange->left_keys.empty() && placed_by_ == exchange->left_keys;
    if (exchange && !is_written && !is_there) {
      spread_heavy_keys(about, fmt::format("heavy-{}", stages_[join].stage.location), *exchange);
    }
    return exchange;
  }

  // Whether the order of the rows before stages_[from] can be seen in what comes out in the end.
  bool is_order_seen(size_t from) const {
    return !options_.unordered && is_ordered_ && shows_row_order(stages_, from, is_much());
  }

  bool is_group_order_seen(size_t from) const {
    return !options_.unordered && is_ordered_ && shows_group_order(stages_, from, is_much());
  }

  bool is_much() const { return left_bytes_ >= kManyGroupsBytes; }

  // Puts the exchanges before both inputs of the join `stage`.
  void share_out(const JoinExchange& exchange, PlanStage& stage, const StageDescription& about) {
    PlanWord& right = stage.words.back();
    auto schema = right_schemas_.find(&about);
    right = exchanged_input(right, exchange, options_.workers,
                            schema == right_schemas_.end() ? nullptr : schema->second);
    bool is_there = !exchange.left_keys.empty() && placed_by_ == exchange.left_keys;
    if (!is_there) exchange_rows(exchange.left, exchange.reason);
    if (!exchange.is_spread) placed_by_ = exchange.left_keys;
  }

  // Whether the stage can run in several workers by hash of keys, with what is to be seen of the
  // order of its groups, which is then lost. To give up N workers for it is too much where there is
  // much to read.
  bool can_share_out(size_t stage) const {
    const StageDescription& about = *stages_[stage].about;
    return about.can_hash() && (is_much() || !is_group_order_seen(stage));
  }

  // Ends the workers' fragment and begins another one of as many, by hash of keys between.
  void hash(const std::vector<std::string>& names, std::string reason) {
    exchange_rows(hash_words(names), std::move(reason));
    placed_by_ = names;
  }

  // Ends the workers' fragment and begins another one of as many, by this pexchange between.
  // `by_parts`: the order of the workers before it is the order of their rows.
  void exchange_rows(const std::vector<std::string>& words, std::string reason,
                     bool by_parts = false) {
    int64_t location = current_.stages.back().location;
    end_fragment(by_parts);
    current_.workers = options_.workers;
    current_.reason = "each has some of the rows";
    current_.exchange = std::move(reason);
    current_.stages.push_back(plain_stage(words, location));
    is_ordered_ = false;
    placed_by_.clear();
    range_by_.clear();
  }

  bool refuse(std::string reason) {
    exchange_ = std::move(reason);
    return false;
  }

  // A pexchange that was written: the exchange that it says, where that is one to several workers.
  bool take_exchange(const StageDescription& about) {
    const StageDescription::Given* key = about.find("key");
    std::string reason = "as it is written";
    if (about.find("hash") != nullptr && key != nullptr) {
      std::vector<std::string> names;
      for (const SortKey& sort_key : parse_sort_keys(*key->value))
        names.push_back(sort_key.name);
      hash(names, std::move(reason));
    } else if (about.find("range") != nullptr && key != nullptr) {
      exchange_ranges(about.find("merge") != nullptr, *key->value, std::move(reason));
    } else if (about.find("round-robin") != nullptr) {
      exchange_rows({"pexchange", "--round-robin", kStandardInput}, std::move(reason));
    } else {
      return refuse("this exchange is to one worker");
    }
    std::vector<PlanWord>& words = current_.stages.back().words;
    for (const std::string& option : common_options(about))
      words.insert(words.begin() + 1, PlanWord{option, nullptr});
    return true;
  }

  // With `merges` what each worker sends is sorted, and so is what each gets.
  void exchange_ranges(bool merges, const std::string& keys, std::string reason) {
    std::vector<std::string> words{"pexchange", "--range"};
    if (merges) words.emplace_back("--merge");
    words.insert(words.end(), {"-k", to_string(parse_sort_keys(keys)), kStandardInput});
    exchange_rows(words, std::move(reason), merges);
    range_by_ = to_string(parse_sort_keys(keys));
    is_ordered_ = merges;
  }

  // Whether the next stage is an exchange that merges what a sort by these keys gives.
  bool is_merged_by_next(const std::string& keys) const {
    if (keys.empty() || at_ + 1 == stages_.size()) return false;
    const StageDescription* next = stages_[at_ + 1].about.get();
    if (next == nullptr || next->operation != "exchange") return false;
    const StageDescription::Given* key = next->find("key");
    return next->find("range") != nullptr && next->find("merge") != nullptr && key != nullptr &&
           to_string(parse_sort_keys(*key->value)) == keys;
  }

  // Whether every worker can have all of a join's right input.
  bool is_right_shareable(const StageDescription& about) {
    bool broadcast = std::any_of(about.needs.begin(), about.needs.end(), [](const auto& placed) {
      return placed.size() == 2 && placed[0].kind == "any" && placed[1].kind == "broadcast";
    });
    if (!broadcast) return refuse("right rows without a partner are known only where all rows are");
    const std::string& right = about.inputs[1];
    if (planned_.count(right) != 0) return true;
    int64_t bytes = shareable_bytes(right);
    if (bytes < 0) return refuse(right + " is not a file that every worker can read");
    bool small = bytes <= kSmallBytes || bytes <= left_bytes_ / (options_.workers - 1);
    if (small && bytes <= kMostBroadcastBytes) return true;
    return refuse(right + " is too large for every worker to have all of it");
  }

  void split(const DescribedStage& stage) {
    const StageDescription& about = *stage.about;
    const StageDescription::Split& halves = *about.split;
    std::vector<std::string> common = common_options(about);
    std::vector<std::string> local = halves.local;
    local.insert(local.begin() + 1, common.begin(), common.end());
    current_.stages.push_back(plain_stage(local, stage.stage.location));
    if (halves.final.empty() && is_merged_by_next(halves.merge)) return;

    bool waived = options_.unordered && about.keeps_order;
    bool in_turn = (halves.in_turn && !waived) || is_group_order_seen(at_);
    std::vector<std::string> writing = about.options_of("Writing");
    std::vector<std::string> final = halves.final;
    bool last = at_ + 1 == stages_.size();
    bool many = is_much() && about.can_hash() && !in_turn;
    if (many && (writing.empty() || last)) {
      hash(about.needs[0][0].keys, fmt::format("each worker's part of the {}", about.operation));
      final.insert(final.begin() + 1, common.begin(), common.end());
      writing_ = writing;
      current_.stages.push_back(plain_stage(final, stage.stage.location));
      return;
    }
    if (!final.empty()) {
      if (final[0] != local[0]) common = about.options_of("Other");
      final.insert(final.begin() + 1, common.begin(), common.end());
      final.insert(final.begin() + 1, writing.begin(), writing.end());
      writing.clear();
    }
    if (!halves.merge.empty()) {
      // Rows with equal keys come in the order of the parts, as one stable sort has them.
      gather({"pmerge", "-k", halves.merge}, !options_.unordered,
             "each worker sorts its own; their streams are merged by the keys", writing);
    } else if (in_turn) {
      gather(
          {"pmerge", "--in-turn"}, true,
          fmt::format("each worker's part of the {}, in the order of the input", about.operation),
          writing);
    } else {
      gather({"pmerge"}, false, fmt::format("each worker's part of the {}", about.operation),
             writing);
    }
    if (!final.empty()) current_.stages.push_back(plain_stage(final, stage.stage.location));
  }

  // The rows come together for what follows, or at the end.
  void gather_rest() {
    std::string reason = at_ < stages_.size() ? exchange_ : "the rows of all are the result";
    bool in_turn = is_ordered_ && !options_.unordered;
    if (in_turn) reason += "; they keep the input's order";
    gather(in_turn ? std::vector<std::string>{"pmerge", "--in-turn"}
                   : std::vector<std::string>{"pmerge"},
           in_turn, std::move(reason), writing_);
  }

  // Ends the workers' fragment and begins one of a single worker with what gathers its rows.
  // `by_parts`: the order of the workers is the order of their rows.
  void gather(std::vector<std::string> words, bool by_parts, std::string reason,
              const std::vector<std::string>& writing) {
    words.insert(words.end(), writing.begin(), writing.end());
    words.push_back(kStandardInput);
    int64_t location = current_.stages.back().location;
    end_fragment(by_parts);
    current_.reason = "one worker";
    current_.exchange = std::move(reason);
    current_.stages.push_back(plain_stage(words, location));
  }

  // The fragment that ends here; if it is the one that scans, its workers divide the input.
  void end_fragment(bool by_parts) {
    if (result_.fragments.empty()) divide(by_parts);
    result_.fragments.push_back(std::move(current_));
    current_ = PlanFragment{};
  }

  void divide(bool by_parts) {
    if (by_parts) {
      current_.division = Division::kParts;
      current_.reason = fmt::format("each reads one of {} parts of the input", current_.workers);
    } else {
      current_.division = Division::kChunks;
      current_.chunks = chunk_count(files_, current_.workers);
      current_.sizes = files_.sizes;
      current_.reason = chunks_reason(current_.chunks);
    }
  }

  std::vector<DescribedStage> stages_;
  const PlannedInputs& planned_;
  const PlanOptions& options_;
  PlanPipeline result_;
  PlanFragment current_;
  size_t at_ = 0;  // the next stage
  bool is_ordered_ = true;
  int64_t left_bytes_ = 0;
  ScanFiles files_;
  std::vector<std::string> placed_by_;  // columns by whose hash the rows are in workers, if so
  std::string range_by_;                // keys by whose ranges the rows are in workers, if so
  RightSchemas right_schemas_;
  std::string exchange_;              // why the rows must come together
  std::vector<std::string> writing_;  // options of the last stage that its gatherer takes over
};

}  // namespace

PlanPipeline plan_pipeline(std::vector<DescribedStage> stages, const PlannedInputs& planned,
                           const PlanOptions& options) {
  return PipelinePlanner(std::move(stages), planned, options).plan();
}

}  // namespace penstock
