#include "libcore/cli/describe.h"

#include <span>

#include "libcore/data/value_text.h"

namespace penstock {
namespace {

// JSON put together member by member.
class Json {
 public:
  void open(char bracket) {
    out_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  void key(std::string_view name) {
    separate();
    append_json_string(out_, name);
    out_ += ':';
    first_ = true;
  }
  void text(std::string_view value) {
    separate();
    append_json_string(out_, value);
  }
  void word(std::string_view literal) {
    separate();
    out_ += literal;
  }
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  void member(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void member(std::string_view name, bool value) {
    key(name);
    word(value ? "true" : "false");
  }
  void member(std::string_view name, std::span<const std::string> values) {
    key(name);
    separate();
    open('[');
    for (const std::string& value : values)
      text(value);
    close(']');
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  bool first_ = true;
};

const char* name_of(Placement::Kind kind) {
  switch (kind) {
    case Placement::Kind::kAny:
      return "any";
    case Placement::Kind::kHash:
      return "hash";
    case Placement::Kind::kSingle:
      return "single";
    case Placement::Kind::kBroadcast:
      return "broadcast";
  }
  return "";
}

void add_needs(Json& json, const Description& description) {
  json.key("needs");
  json.separate();
  json.open('[');
  for (const std::vector<Placement>& alternative : description.needs) {
    json.separate();
    json.open('[');
    for (const Placement& input : alternative) {
      json.separate();
      json.open('{');
      json.member("placement", std::string_view(name_of(input.kind)));
      if (input.kind == Placement::Kind::kHash) json.member("keys", input.keys);
      json.close('}');
    }
    json.close(']');
  }
  json.close(']');
}

void add_split(Json& json, const std::optional<Split>& split) {
  json.key("split");
  if (!split) {
    json.word("null");
    return;
  }
  json.separate();
  json.open('{');
  json.member("local", split->local);
  json.member("merge", std::string_view(split->merge));
  json.member("final", split->final);
  json.close('}');
}

void add_options(Json& json, const Command& command) {
  json.key("options");
  json.separate();
  json.open('[');
  for (const Command::Entry& entry : command.entries()) {
    json.separate();
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

std::string description_json(const Command& command, const Description& description) {
  Json json;
  json.open('{');
  json.member("name", std::string_view(command.text().name));
  json.member("version", std::string_view(PENSTOCK_VERSION));
  json.member("synopsis", std::string_view(command.text().synopsis));
  json.member("purpose", std::string_view(command.text().purpose));
  json.member("operation", std::string_view(description.operation));
  add_needs(json, description);
  json.member("keeps_order", description.keeps.order);
  json.member("keeps_placement", description.keeps.placement);
  json.member("order", std::string_view(description.order));
  add_split(json, description.split);
  if (description.columns) {
    json.member("columns", *description.columns);
  } else {
    json.key("columns");
    json.word("null");
  }
  add_options(json, command);
  json.close('}');
  return json.take() + "\n";
}

}  // namespace penstock
