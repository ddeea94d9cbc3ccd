#include "libcore/flow/agent/files_on_hosts.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/flow/agent/surveyed_files.h"
#include "libcore/stage/scan.h"

namespace penstock {
namespace {

void require_answer(bool is_answered) {
  if (!is_answered) throw Error("stopped by a signal");
}

std::vector<std::string> words_of(const Stage& scan) {
  std::vector<std::string> words;
  for (StageWord& word : scan.line())
    words.push_back(std::move(word.text));
  return words;
}

// The scan without its inputs, and without the options whose files are here alone.
std::unique_ptr<Stage> scan_there(const Stage& scan) {
  std::unique_ptr<Stage> there = scan.clone();
  std::vector<GivenOption> options = there->given(OptionGroup::kReading);
  std::erase_if(options,
                [](const GivenOption& given) { return given.option.complete == Complete::kFile; });
  there->set_given(std::move(options));
  there->set_all_inputs({});
  return there;
}

}  // namespace

void FilesOnHosts::refuse(size_t host, const std::string& why) const {
  throw Error(hosts_.name(host) + ": " + why);
}

std::optional<HostPath> FilesOnHosts::split(std::string_view operand) const {
  std::optional<HostPath> there = split_host_path(operand, others_);
  if (there) ++there->host;
  return there;
}

std::vector<std::string> FilesOnHosts::find(size_t host, const std::string& path) {
  FilesFound found;
  require_answer(hosts_.find_files(host, path, found));
  if (!found.refusal.empty() || found.paths.empty()) refuse(host, found.refusal);
  return std::move(found.paths);
}

PlannedFile FilesOnHosts::look(size_t host, const std::string& path) {
  auto known = std::find_if(found_.begin(), found_.end(), [&](const auto& each) {
    return each.first.host == host && each.first.path == path;
  });
  if (known != found_.end()) return known->second.file;
  std::vector<SeenFile> seen;
  require_answer(hosts_.look_at_files(host, {path}, seen));
  if (!seen[0].refusal.empty()) refuse(host, seen[0].refusal);
  return std::move(seen[0].file);
}

std::vector<FoundFile> FilesOnHosts::survey(const Stage& scan) {
  const std::unique_ptr<Stage> there = scan_there(scan);
  const std::vector<std::string> options = words_of(*there);
  Missing missing;
  for (const StageInput& input : scan.inputs()) {
    if (!input.host || found_.contains({*input.host, input.path_there, options})) continue;
    missing[*input.host].push_back(input);
  }
  while (!missing.empty())
    ask(*there, std::ssize(scan.inputs()), options, missing);
  std::vector<FoundFile> found;
  for (const StageInput& input : scan.inputs()) {
    if (input.host) found.push_back(found_.at({*input.host, input.path_there, options}));
  }
  return found;
}

// Takes the next files of each host out of `missing`.
void FilesOnHosts::ask(const Stage& scan, int64_t inputs, const std::vector<std::string>& options,
                       Missing& missing) {
  std::vector<std::pair<size_t, SurveyFiles>> asked;
  for (auto& [host, files] : missing) {
    const auto count = std::min(std::ssize(files), kMaxSurveyedFiles);
    std::vector<StageInput> next(files.end() - count, files.end());
    files.resize(files.size() - static_cast<size_t>(count));
    SurveyFiles message;
    for (const StageInput& file : next)
      message.paths.push_back(file.path_there);
    std::unique_ptr<Stage> part = scan.clone();
    part->set_all_inputs(std::move(next));
    message.scan = words_of(*part);
    message.inputs = inputs;
    message.infers = !scan.reading().scan.text.schema;
    asked.emplace_back(host, std::move(message));
  }
  std::erase_if(missing, [](const auto& each) { return each.second.empty(); });
  std::vector<FilesSurveyed> surveyed;
  require_answer(hosts_.survey_files(asked, surveyed));
  for (size_t i = 0; i < asked.size(); ++i) {
    const auto& [host, message] = asked[i];
    for (size_t j = 0; j < message.paths.size(); ++j)
      keep({host, message.paths[j], options}, std::move(surveyed[i].files[j]));
  }
}

void FilesOnHosts::keep(Asked asked, SurveyedFile&& surveyed) {
  if (!surveyed.seen.refusal.empty()) refuse(asked.host, surveyed.seen.refusal);
  if (!surveyed.refusal.empty()) {
    const auto kind = surveyed.is_usage ? Error::Kind::kUsage : Error::Kind::kRun;
    throw Error(std::string(scan_kind().text.name) + ": " + surveyed.refusal, kind);
  }
  found_.insert_or_assign(std::move(asked), found_in(std::move(surveyed)));
}

}  // namespace penstock
