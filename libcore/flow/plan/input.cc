#include "libcore/flow/plan/input.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/base/error.h"
#include "libcore/flow/plan/found_file.h"
#include "libcore/flow/plan/push_down.h"
#include "libcore/flow/plan/rules.h"
#include "libcore/parquet/reader.h"
#include "libcore/stage/scan.h"

namespace penstock {
namespace {

// The inputs of the first stage that become the scan's: all that are read as one, else the first.
std::vector<StageInput> scanned_inputs(const Stage& first) {
  std::vector<StageInput> inputs = first.inputs();
  if (!first.kind().reads_as_one && inputs.size() > 1) inputs.resize(1);
  return inputs;
}

// Why the first stage's input is not files that several processes can read; empty when it may be.
std::string why_not_files(const DescribedStage& first) {
  if (!first.traits || !first.is_of_family()) {
    return "nothing is known of what " + first.plan.name() + " reads";
  }
  const Stage& stage = *first.plan.stage;
  const Operation operation = first.traits->operation;
  bool in_one_place =
      stage.inputs().empty() || operation == Operation::kMerge || operation == Operation::kPrint;
  if (operation != Operation::kScan && in_one_place) {
    return called(first, "a") + " needs all rows in one place";
  }
  if (first.has_sides()) return first.plan.name() + " needs all rows of its inputs in one place";
  for (const StageInput& input : stage.inputs()) {
    if (input.pipeline >= 0) continue;
    if (input.is_standard_input()) return "standard input can be read only once";
    if (is_descriptor(input.file)) return input.file + " is another file in each process";
  }
  for (const StageInput& input : scanned_inputs(stage)) {
    if (input.pipeline >= 0) return "a pipeline's output can be read only once";
  }
  if (const Option* option = stage.reading().for_one_reader()) {
    return std::string("--") + option->name + " is for one reader";
  }
  if (operation == Operation::kJoin && stage.has_given(OptionGroup::kReading)) {
    return "its options for reading hold for both inputs of the join";
  }
  return {};
}

// `psort -k a f.csv` as `pscan f.csv | psort -k a`.
void split_off_scan(std::vector<DescribedStage>& stages) {
  DescribedStage& stage = stages[0];
  DescribedStage scan;
  scan.plan.stage = make_scan_stage(*stage.plan.stage, scanned_inputs(*stage.plan.stage));
  scan.plan.location = stage.plan.location;
  scan.traits = scan.plan.stage->traits();
  bool is_join = stage.is(Operation::kJoin);
  stage.rewrite([&](Stage& piped) {
    piped.forget_reading();
    if (is_join) {
      piped.set_input(0, {"-"});
    } else {
      piped.read_from_pipe();
    }
  });
  stages.insert(stages.begin(), std::move(scan));
}

// Throws Error where files of other hosts cannot be read, or not together with others.
SchemaPtr schema_of_files(const Stage& scan, HostFiles* host_files) {
  if (!has_host_files(scan)) return schema_of_scan(scan);
  std::vector<FoundFile> there = host_files->survey(scan);
  auto next_there = there.begin();
  std::vector<SurveyedInput> inputs;
  try {
    for (const StageInput& input : scan.inputs()) {
      if (input.host) {
        inputs.push_back({input.file, next_there->format, next_there->schema});
        ++next_there;
      } else {
        inputs.push_back(survey_input_of(scan, input, scan.inputs().size(), input.file));
      }
    }
    return schema_of_scan(scan, inputs);
  } catch (const Error& error) {
    throw error.prefixed(std::string(scan.kind().text.name) + ": ");
  }
}

// Finds the schemas that workers and push-down need, of the scan (null when it cannot be known)
// and of the files that are joined with; and what these say of keys in expressions.
SchemaPtr learn_schemas(std::vector<DescribedStage>& stages, HostFiles* host_files) {
  const Stage& scan = *stages[0].plan.stage;
  SchemaPtr schema = schema_of_files(*make_scan_stage(scan, scan.inputs()), host_files);
  for (DescribedStage& stage : stages) {
    if (schema == nullptr || stage.right_bytes < 0) continue;
    stage.right =
        schema_of_files(*make_scan_stage(*stage.plan.stage, {*stage.right_file}), host_files);
  }
  find_keys_of_expressions(stages, schema);
  return schema;
}

// Throws a usage Error where files of other hosts cannot be divided.
void require_several_readers(const DescribedStage& first, const std::string& reason) {
  if (!first.is(Operation::kScan) || !has_host_files(*first.plan.stage)) return;
  throw Error::usage(fmt::format("{}: {}, and the files of other hosts have readers there",
                                 first.plan.name(), reason));
}

// Throws a usage Error where some of the files are text and some are not: a scan of Arrow files
// alone refuses the options that those of text get.
void require_one_kind(const std::vector<StageInput>& inputs, const ScanFiles& files) {
  if (!files.is_text) return;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::string& head = files.files[i].head;
    const std::span bytes(reinterpret_cast<const uint8_t*>(head.data()), head.size());
    if (!looks_like_ipc(bytes) && !is_parquet(bytes)) continue;
    throw Error::usage(inputs[i].file + (is_parquet(bytes) ? " is Parquet" : " is Arrow") +
                       ", and others are text; files that are read together with those "
                       "of other hosts must all be one or the other");
  }
}

}  // namespace

DividedInput divide_input(std::vector<DescribedStage>& stages, const PlanOptions& options) {
  if (std::string reason = why_not_files(stages[0]); !reason.empty()) {
    require_several_readers(stages[0], reason);
    return {reason};
  }
  const Stage& first = *stages[0].plan.stage;
  const std::vector<StageInput> files = scanned_inputs(first);
  DividedInput input;
  input.is_at_hosts = std::any_of(files.begin(), files.end(),
                                  [](const StageInput& file) { return file.host.has_value(); });
  if (!input.is_at_hosts && options.workers == 1) return {"one worker was asked for"};
  input.files = look_at_files(*make_scan_stage(first, files), options.host_files);
  if (!input.files.obstacle.empty() && !input.is_at_hosts) return {input.files.obstacle};
  if (input.is_at_hosts) require_one_kind(files, input.files);
  input.obstacle = input.files.obstacle;
  if (!stages[0].is(Operation::kScan)) split_off_scan(stages);
  if (const std::optional<int64_t> version = input.files.table_version) {
    stages[0].rewrite([&](Stage& scan) { scan.set_version(*version); });
  }
  for (DescribedStage& stage : stages) {
    if (stage.right_file) {
      stage.right_bytes = shareable_bytes(*make_scan_stage(*stage.plan.stage, {*stage.right_file}),
                                          options.host_files);
    }
  }
  bool keys_are_asked = std::any_of(stages.begin(), stages.end(), [](const auto& stage) {
    return stage.traits && stage.traits->finds_keys;
  });
  SchemaPtr schema = keys_are_asked ? learn_schemas(stages, options.host_files) : nullptr;
  if (!input.is_at_hosts && !is_worth_workers({stages, options, input.files.bytes})) {
    return {"a scan has threads of its own, and keeps the rows' order by itself"};
  }
  if (schema == nullptr) schema = learn_schemas(stages, options.host_files);
  if (schema == nullptr) return input;
  bool infers = input.files.is_text && !stages[0].plan.stage->reading().scan.text.schema;
  if (infers) {
    input.schema = without_file_column(schema, stages[0].plan.stage->reading().scan);
  }
  push_into_scan(stages, schema, input.files.is_text);
  scan_right_once(stages, schema, options.host_files);
  return input;
}

}  // namespace penstock
