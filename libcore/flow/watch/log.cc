#include "libcore/flow/watch/log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <string_view>
#include <utility>
#include <variant>

#include "libcore/base/error.h"
#include "libcore/os/byte_sink.h"

namespace penstock {
namespace {

double cpu_seconds(const rusage& used) {
  auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// `host` is empty where there is only this one.
void add_place(JsonWriter& json, const Job& job, const std::string& host, pid_t pid) {
  json.member("fragment", job.fragment);
  json.member("worker", job.worker);
  json.member("stage", job.stage);
  if (!host.empty()) json.member("host", std::string_view(host));
  json.member("pid", int64_t{pid});
}

}  // namespace

EventLog::EventLog(std::string path) : path_(std::move(path)) {
  file_ =
      Descriptor(open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));  // NOLINT
  if (file_.get() < 0) throw Error::system(path_, "create", errno);
}

void EventLog::see(const FlowEvent& event) {
  std::visit([&](const auto& what) { write(event.at, what); }, event.what);
}

void EventLog::write(FlowTime at, const FlowBegan& event) {
  began_ = at;
  JsonWriter json = begin(at, "flow");
  json.member("text", std::string_view(event.text));
  end(std::move(json));
}

void EventLog::write(FlowTime at, const ProcessStarted& event) {
  JsonWriter json = begin(at, "start");
  add_place(json, event.job, event.host, event.pid);
  json.member("words", event.job.words());
  end(std::move(json));
}

void EventLog::write(FlowTime at, const ProcessEnded& event) {
  JsonWriter json = begin(at, "end");
  add_place(json, event.job, event.host, event.pid);
  if (WIFSIGNALED(event.wait_status)) {
    json.member("signal", int64_t{WTERMSIG(event.wait_status)});
  } else {
    json.member("status", int64_t{WEXITSTATUS(event.wait_status)});
  }
  json.key("cpu_seconds");
  json.word(fmt::format("{:.3f}", cpu_seconds(event.used)));
  json.member("peak_bytes", int64_t{event.used.ru_maxrss} * 1024);
  if (event.job.is_tool) {
    json.member("rows_in", event.moved.rows_in);
    json.member("rows_out", event.moved.rows_out);
    json.member("bytes_out", event.moved.bytes_out);
  }
  end(std::move(json));
}

void EventLog::write(FlowTime at, const TaskTriedAgain& event) {
  JsonWriter json = begin(at, "again");
  json.member("fragment", event.first.fragment);
  json.member("worker", event.first.worker);
  json.member("attempt", event.attempt);
  json.member("why", std::string_view(event.why));
  end(std::move(json));
}

void EventLog::write(FlowTime at, const StepEnded& event) {
  for (const FragmentProgress& fragment : event.fragments) {
    JsonWriter json = begin(at, "fragment");
    json.member("fragment", fragment.fragment);
    json.member("workers", fragment.workers);
    json.member("rows_in", fragment.rows_in);
    json.member("rows_out", fragment.rows_out);
    json.member("bytes_out", fragment.bytes_out);
    json.key("skew");
    json.word(fmt::format("{:.3f}", fragment.skew));
    end(std::move(json));
  }
}

void EventLog::write(FlowTime at, const FlowEnded& event) {
  JsonWriter json = begin(at, "done");
  json.member("message", std::string_view(event.outcome.message));
  end(std::move(json));
}

JsonWriter EventLog::begin(FlowTime at, const char* event) const {
  JsonWriter json;
  json.open('{');
  std::chrono::duration<double> since = at - began_;
  json.key("seconds");
  json.word(fmt::format("{:.6f}", since.count()));
  json.member("event", std::string_view(event));
  return json;
}

void EventLog::end(JsonWriter json) const {
  json.close('}');
  std::string line = json.take() + "\n";
  ByteSinkPtr sink = sink_to_descriptor(file_.get(), path_);
  sink->write(line);
}

}  // namespace penstock
