#include "libcore/flow/checkpoint/record.h"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/json_writer.h"
#include "libcore/flow/json_members.h"

namespace penstock {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

constexpr JsonMembers::Format kFormat{"penstock_checkpoint", kCheckpointFormat, "a run"};

// JSON has no texts but of UTF-8.
void write_text(JsonWriter& json, const char* name, const std::string& text) {
  json.member(name, std::string_view(is_utf8(text) ? text : visible_text(text)));
}

void write(JsonWriter& json, const StatementRecord& statement) {
  json.open('{');
  json.member("plan", std::string_view(statement.plan));
  json.key("inputs");
  json.open('[');
  for (const InputMark& input : statement.inputs) {
    json.open('{');
    write_text(json, "path", input.path);
    json.member("size", input.size);
    json.member("changed_seconds", input.changed_seconds);
    json.member("changed_nanoseconds", input.changed_nanoseconds);
    json.close('}');
  }
  json.close(']');
  json.close('}');
}

InputMark input_of(element value) {
  InputMark input;
  JsonMembers members;
  members.text("path", input.path);
  members.count("size", input.size);
  members.count("changed_seconds", input.changed_seconds);
  members.count("changed_nanoseconds", input.changed_nanoseconds);
  members.read(value);
  return input;
}

StatementRecord statement_of(element value) {
  StatementRecord statement;
  JsonMembers members;
  members.text("plan", statement.plan);
  members.add("inputs", [&](element inputs) {
    for (element each : array(inputs))
      statement.inputs.push_back(input_of(each));
  });
  members.read(value);
  return statement;
}

}  // namespace

std::string encode(const CheckpointRecord& record) {
  JsonWriter json;
  json.open('{');
  json.member(kFormat.member, kFormat.version);
  write_text(json, "penstock", record.penstock);
  write_text(json, "flow", record.flow);
  write_text(json, "directory", record.directory);
  json.member("workers", record.workers);
  json.member("piped_workers", record.piped_workers);
  json.member("unordered", record.is_unordered);
  json.key("statements");
  json.open('[');
  for (const StatementRecord& statement : record.statements)
    write(json, statement);
  json.close(']');
  json.close('}');
  return json.take() + "\n";
}

CheckpointRecord decode_checkpoint_record(std::string_view json) {
  CheckpointRecord record;
  JsonMembers members;
  members.text("penstock", record.penstock);
  members.text("flow", record.flow);
  members.text("directory", record.directory);
  members.count("workers", record.workers);
  members.count("piped_workers", record.piped_workers);
  members.flag("unordered", record.is_unordered);
  members.add("statements", [&](element statements) {
    for (element each : array(statements))
      record.statements.push_back(statement_of(each));
  });
  members.read_file(json, kFormat);
  return record;
}

InputMark mark_input(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) throw Error::system(path, "", errno);
  // As it is written, so that what was read back compares equal.
  return {is_utf8(path) ? path : visible_text(path), about.st_size, about.st_mtim.tv_sec,
          about.st_mtim.tv_nsec};
}

std::string change_of(const std::vector<InputMark>& then, const std::vector<InputMark>& now) {
  for (size_t i = 0; i < then.size() || i < now.size(); ++i) {
    if (i >= then.size()) return now[i].path + " was not an input";
    if (i >= now.size()) return then[i].path + " is not an input any more";
    if (then[i] == now[i]) continue;
    if (then[i].path != now[i].path) {
      return now[i].path + " has taken the place of " + then[i].path;
    }
    if (then[i].size != now[i].size) {
      return now[i].path + " had " + std::to_string(then[i].size) + " bytes and has " +
             std::to_string(now[i].size);
    }
    return now[i].path + " was written to";
  }
  return {};
}

}  // namespace penstock
