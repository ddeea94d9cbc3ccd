#include "libcore/stage/describe.h"

#include <span>
#include <string_view>
#include <vector>

#include "libcore/command/answers.h"
#include "libcore/data/json_writer.h"

namespace penstock {
namespace {

void add_needs(JsonWriter& json, const StageTraits& traits) {
  json.key("needs");
  json.open('[');
  for (const std::vector<Placement>& alternative : traits.needs) {
    json.open('[');
    for (const Placement& input : alternative) {
      json.open('{');
      json.member("placement", std::string_view(name_of(input.kind)));
      if (input.kind == Placement::Kind::kHash) json.member("keys", std::span(input.keys));
      json.close('}');
    }
    json.close(']');
  }
  json.close(']');
}

// A half's line without an input; none for no half.
void add_half(JsonWriter& json, std::string_view name, const Stage* half) {
  json.key(std::string(name));
  json.open('[');
  for (const StageWord& word : half != nullptr ? half->line() : std::vector<StageWord>())
    json.text(word.text);
  json.close(']');
}

void add_split(JsonWriter& json, const std::optional<Split>& split) {
  json.key("split");
  if (!split) {
    json.word("null");
    return;
  }
  json.open('{');
  add_half(json, "local", split->local.get());
  json.member("merge", std::string_view(to_string(split->merge)));
  add_half(json, "final", split->final.get());
  json.member("in_turn", split->in_turn);
  json.close('}');
}

// The options on this command line, under the headings of --help.
void add_given(JsonWriter& json, const Command& command) {
  json.key("given");
  json.open('[');
  for (const GivenOption& given : command.given()) {
    json.open('{');
    json.member("heading", std::string_view(heading_of(given.group)));
    json.member("name", std::string_view(given.option.name));
    if (given.value) json.member("value", std::string_view(*given.value));
    json.close('}');
  }
  json.close(']');
}

void add_options(JsonWriter& json, const Command& command) {
  json.key("options");
  json.open('[');
  for (const Command::Entry& entry : command.entries()) {
    json.open('{');
    std::string letter(entry.option.letter == '\0' ? 0 : 1, entry.option.letter);
    json.member("letter", std::string_view(letter));
    json.member("name", std::string_view(entry.option.name));
    json.member("value", std::string_view(entry.option.value));
    json.member("help", std::string_view(entry.option.help));
    json.close('}');
  }
  json.close(']');
}

std::string json_of(const Command& command, std::string_view operation, const StageTraits& traits,
                    bool passes_batches, const std::vector<std::string>& words,
                    const std::vector<std::string>& inputs) {
  JsonWriter json;
  json.open('{');
  json.member("name", std::string_view(command.text().name));
  json.member("version", penstock_version());
  json.member("synopsis", std::string_view(command.text().synopsis));
  json.member("purpose", std::string_view(command.text().purpose));
  json.member("operation", operation);
  add_needs(json, traits);
  json.member("keeps_order", traits.keeps.order);
  json.member("keeps_placement", traits.keeps.placement);
  json.member("keeps_columns", traits.keeps.columns);
  json.member("uses_order", traits.uses_order);
  json.member("passes_batches", passes_batches);
  json.member("group_keys", traits.group_keys);
  json.member("order", std::string_view(to_string(traits.order)));
  add_split(json, traits.split);
  if (traits.columns) {
    json.member("columns", *traits.columns);
  } else {
    json.key("columns");
    json.word("null");
  }
  json.member("expressions", traits.expressions);
  json.member("words", words);
  json.member("inputs", inputs);
  add_given(json, command);
  add_options(json, command);
  json.close('}');
  return json.take() + "\n";
}

}  // namespace

std::string description_json(const Stage& stage, const Command& command) {
  const StageTraits traits = stage.traits();
  std::vector<std::string> inputs;
  for (const StageInput& input : stage.inputs())
    inputs.push_back(input.file);
  return json_of(command, name_of(traits.operation), traits, stage.passes_batches(), stage.words(),
                 inputs);
}

std::string program_description_json(const Command& command, std::string_view operation) {
  return json_of(command, operation, {}, false, {}, {});
}

}  // namespace penstock
