// Any text as a flow: it is refused with an Error, or its words, quoted again, are accepted and
// read back as they are.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/flow/flow_text.h"

namespace {

using namespace penstock;

std::optional<std::string> variable(const std::string& name) {
  if (name == "x") return "value";
  if (name == "y") return "two words";
  return std::nullopt;
}

std::string written(const FlowPipeline& pipeline) {
  std::string out;
  for (const FlowStage& stage : pipeline.stages) {
    if (!out.empty()) out += " | ";
    bool first = true;
    for (const FlowWord& word : stage.words) {
      if (word.input) {
        out += "<(" + written(*word.input) + ")";
      } else {
        out += first ? shell_quoted_command(word.text) : shell_quoted(word.text);
      }
      out += ' ';
      first = false;
    }
  }
  return out;
}

std::string written(const Flow& flow) {
  std::string out;
  for (const FlowStatement& statement : flow.statements) {
    out += written(statement.pipeline);
    if (statement.output) out += "> " + shell_quoted(statement.output->text);
    out += "\n";
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  std::string once;
  try {
    once = written(parse_flow({reinterpret_cast<const char*>(data), size}, variable));
  } catch (const Error&) {
    return 0;
  }
  if (written(parse_flow(once, variable)) != once) abort();
  return 0;
}
