#include "libcore/flow/detached/run_record.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/data/json_writer.h"
#include "libcore/flow/json_members.h"

namespace penstock {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using Members = JsonMembers;

constexpr const char* kFormatMember = "penstock_run";
constexpr int kMaxStatus = 255;

// The words of the kinds and states in files, which are what people are shown too.
constexpr const char* kProcessWord = "process";
constexpr const char* kSlurmJobWord = "slurm";
constexpr std::pair<RunState, const char*> kStateWords[] = {
    {RunState::kRunning, "running"}, {RunState::kDone, "done"},
    {RunState::kFailed, "failed"},   {RunState::kCancelled, "cancelled"},
    {RunState::kLost, "lost"},       {RunState::kWaiting, "waiting"}};

JsonWriter begin_file() {
  JsonWriter json;
  json.open('{');
  json.member(kFormatMember, kRunFormat);
  return json;
}

std::string end_file(JsonWriter json) {
  json.close('}');
  return json.take() + "\n";
}

// People are shown these texts, and paths may hold any bytes, which JSON cannot.
void write_text(JsonWriter& json, const char* name, const std::string& text) {
  json.member(name, std::string_view(is_utf8(text) ? text : visible_lines(text)));
}

void write_number(JsonWriter& json, const char* name, double value) {
  json.key(name);
  json.word(fmt::format("{:.6f}", value));
}

// Reads a whole file with these members.
void read_file(std::string_view json, Members& members) {
  members.read_file(json, {kFormatMember, kRunFormat, "a run"});
}

RunId id_of(element value) {
  std::optional<RunId> id = RunId::parse(std::string_view(value));
  if (!id) throw Error("'id' is not the ID of a run");
  return *std::move(id);
}

RunPlace place_of(element value) {
  RunPlace place;
  Members members;
  members.add("kind", [](element) {});
  const std::string_view kind(value["kind"]);
  if (kind == kSlurmJobWord) {
    place.kind = RunPlace::Kind::kSlurmJob;
    members.text("job", place.job);
    members.read(value);
    if (parse_int64(place.job).value_or(0) < 1) throw Error("'job' is not the number of a job");
    return place;
  }
  if (kind != kProcessWord) throw Error("a place of a kind that is not known");
  int64_t pid = 0;
  members.text("host", place.process.host);
  members.text("boot", place.process.boot);
  members.count("pid_namespace", place.process.namespace_id);
  members.count("pid", pid);
  members.count("start", place.process.start);
  members.read(value);
  place.process.pid = static_cast<pid_t>(pid);
  if (pid < 1 || place.process.pid != pid) throw Error("'pid' is not the number of a process");
  return place;
}

FragmentProgress fragment_of(element value) {
  FragmentProgress fragment;
  Members members;
  members.count("fragment", fragment.fragment);
  members.count("workers", fragment.workers);
  members.count("rows_in", fragment.rows_in);
  members.count("rows_out", fragment.rows_out);
  members.count("bytes_out", fragment.bytes_out);
  members.number("busiest", fragment.skew);
  members.count_if_there("bytes_in", 0, fragment.bytes_in);
  members.count_if_there("input_bytes", -1, fragment.input_bytes);
  members.read(value);
  return fragment;
}

RunState ended_state(std::string_view word) {
  for (RunState state : {RunState::kDone, RunState::kFailed, RunState::kCancelled}) {
    if (word == name_of(state)) return state;
  }
  throw Error("'state' is not one in which a run ends");
}

void write_place(JsonWriter& json, const RunPlace& place) {
  json.open('{');
  if (place.kind == RunPlace::Kind::kSlurmJob) {
    json.member("kind", std::string_view(kSlurmJobWord));
    json.member("job", std::string_view(place.job));
    json.close('}');
    return;
  }
  const ProcessIdentity& process = place.process;
  json.member("kind", std::string_view(kProcessWord));
  write_text(json, "host", process.host);
  write_text(json, "boot", process.boot);
  json.key("pid_namespace");
  json.word(std::to_string(process.namespace_id));
  json.member("pid", int64_t{process.pid});
  json.key("start");
  json.word(std::to_string(process.start));
  json.close('}');
}

}  // namespace

const char* name_of(RunState state) {
  return kStateWords[static_cast<size_t>(state)].second;
}

std::string encode(const RunRecord& record) {
  JsonWriter json = begin_file();
  json.member("id", std::string_view(record.id.text()));
  write_text(json, "penstock", record.penstock);
  write_text(json, "flow", record.flow);
  json.member("workers", record.workers);
  json.member("hosts", std::span<const std::string>(record.hosts));
  write_text(json, "directory", record.directory);
  json.member("began", record.began);
  json.key("place");
  write_place(json, record.place);
  return end_file(std::move(json));
}

std::string encode(const RunProgress& progress) {
  JsonWriter json = begin_file();
  write_number(json, "elapsed", progress.elapsed);
  json.key("fragments");
  json.open('[');
  for (const FragmentProgress& fragment : progress.fragments) {
    json.open('{');
    json.member("fragment", fragment.fragment);
    json.member("workers", fragment.workers);
    json.member("rows_in", fragment.rows_in);
    json.member("rows_out", fragment.rows_out);
    json.member("bytes_out", fragment.bytes_out);
    write_number(json, "busiest", fragment.skew);
    json.member("bytes_in", fragment.bytes_in);
    json.member("input_bytes", fragment.input_bytes);
    json.close('}');
  }
  json.close(']');
  return end_file(std::move(json));
}

std::string encode(const RunEnd& end) {
  JsonWriter json = begin_file();
  json.member("state", std::string_view(name_of(end.state)));
  json.member("status", int64_t{end.status});
  write_text(json, "message", end.message);
  json.member("ended", end.ended);
  json.member("output_bytes", end.output_bytes);
  json.member("rows_in", end.rows_in);
  json.member("rows_out", end.rows_out);
  return end_file(std::move(json));
}

RunRecord decode_run_record(std::string_view json) {
  std::optional<RunId> id;
  std::optional<RunPlace> place;
  std::string penstock, flow, directory;
  std::vector<std::string> hosts;
  int64_t workers = 0, began = 0;
  Members members;
  members.add("id", [&](element value) { id = id_of(value); });
  members.text("penstock", penstock);
  members.text("flow", flow);
  members.count("workers", workers);
  members.texts("hosts", hosts);
  members.text("directory", directory);
  members.count("began", began);
  members.add("place", [&](element value) { place = place_of(value); });
  read_file(json, members);
  return {*id, penstock, flow, workers, hosts, directory, began, *place};
}

RunProgress decode_run_progress(std::string_view json) {
  RunProgress progress;
  Members members;
  members.number("elapsed", progress.elapsed);
  members.add("fragments", [&](element value) {
    for (element each : array(value))
      progress.fragments.push_back(fragment_of(each));
  });
  read_file(json, members);
  return progress;
}

RunEnd decode_run_end(std::string_view json) {
  RunEnd end;
  int64_t status = 0;
  Members members;
  members.add("state", [&](element value) { end.state = ended_state(std::string_view(value)); });
  members.count("status", status);
  members.text("message", end.message);
  members.count("ended", end.ended);
  members.count("output_bytes", end.output_bytes);
  members.count("rows_in", end.rows_in);
  members.count("rows_out", end.rows_out);
  read_file(json, members);
  if (status > kMaxStatus) throw Error("'status' is not the exit status of a process");
  end.status = static_cast<int>(status);
  return end;
}

}  // namespace penstock
