#include "libcore/cli/describe.h"

#include "libcore/data/json_writer.h"

namespace penstock {
namespace {

const char* name_of(Placement::Kind kind) {
  switch (kind) {
    case Placement::Kind::kAny:
      return "any";
    case Placement::Kind::kHash:
      return "hash";
    case Placement::Kind::kGrid:
      return "grid";
    case Placement::Kind::kSingle:
      return "single";
    case Placement::Kind::kBroadcast:
      return "broadcast";
  }
  return "";
}

void add_needs(JsonWriter& json, const Description& description) {
  json.key("needs");
  json.open('[');
  for (const std::vector<Placement>& alternative : description.needs) {
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

void add_split(JsonWriter& json, const std::optional<Split>& split) {
  json.key("split");
  if (!split) {
    json.word("null");
    return;
  }
  json.open('{');
  json.member("local", split->local);
  json.member("merge", std::string_view(split->merge));
  json.member("final", split->final);
  json.member("in_turn", split->in_turn);
  json.close('}');
}

// The options on this command line, under the headings of --help.
void add_given(JsonWriter& json, const Command& command) {
  json.key("given");
  json.open('[');
  for (const Command::Given& given : command.given()) {
    json.open('{');
    json.member("heading", std::string_view(given.heading));
    json.member("name", std::string_view(given.name));
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

}  // namespace

std::string description_json(const Command& command, const Description& description,
                             const std::vector<std::string>& words,
                             const std::vector<std::string>& inputs) {
  JsonWriter json;
  json.open('{');
  json.member("name", std::string_view(command.text().name));
  json.member("version", std::string_view(PENSTOCK_VERSION));
  json.member("synopsis", std::string_view(command.text().synopsis));
  json.member("purpose", std::string_view(command.text().purpose));
  json.member("operation", std::string_view(description.operation));
  add_needs(json, description);
  json.member("keeps_order", description.keeps.order);
  json.member("keeps_placement", description.keeps.placement);
  json.member("keeps_columns", description.keeps.columns);
  json.member("uses_order", description.uses_order);
  json.member("group_keys", description.group_keys);
  json.member("order", std::string_view(description.order));
  add_split(json, description.split);
  if (description.columns) {
    json.member("columns", *description.columns);
  } else {
    json.key("columns");
    json.word("null");
  }
  json.member("expressions", description.expressions);
  json.member("words", words);
  json.member("inputs", inputs);
  add_given(json, command);
  add_options(json, command);
  json.close('}');
  return json.take() + "\n";
}

}  // namespace penstock
