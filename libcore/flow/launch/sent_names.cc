#include "libcore/flow/launch/sent_names.h"

#include <filesystem>
#include <memory>
#include <utility>

namespace penstock {
namespace {

std::string word_there(const std::string& word, const std::map<std::string, std::string>& sent) {
  const size_t equals = word.find('=');
  bool is_option = word.starts_with("--") && equals != word.npos;
  if (!is_option) return sent_name(word, sent);
  return word.substr(0, equals + 1) + sent_name(word.substr(equals + 1), sent);
}

}  // namespace

std::string sent_key(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

std::string sent_name(const std::string& path, const std::map<std::string, std::string>& sent) {
  if (sent.empty() || path.empty()) return path;
  auto found = sent.find(sent_key(path));
  return found == sent.end() ? path : found->second;
}

PlanStage with_sent_names(const PlanStage& stage, const std::map<std::string, std::string>& sent) {
  if (sent.empty()) return stage;
  PlanStage named = stage;
  if (stage.stage == nullptr) {
    for (StageWord& word : named.program) {
      if (word.pipeline < 0) word.text = word_there(word.text, sent);
    }
    return named;
  }
  std::unique_ptr<Stage> changed = stage.stage->clone();
  changed->name_files([&](const std::string& file) { return sent_name(file, sent); });
  if (changed->kind().runs_command)
    changed->name_words([&](const std::string& word) { return word_there(word, sent); });
  named.stage = std::move(changed);
  return named;
}

}  // namespace penstock
