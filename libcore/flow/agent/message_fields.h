// The fields of each message in their order on the wire (HOSTS.md), for both directions: fields(f,
// message) calls `f` with them, which writes those of a constant message and sets those of another.
#pragma once

#include <sys/resource.h>
#include <sys/time.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "libcore/flow/agent/messages.h"

namespace penstock {

template <typename T, typename Struct>
concept Of = std::same_as<std::remove_const_t<T>, Struct>;

template <typename F, Of<Attempt> T>
void fields(F& f, T& attempt) {
  int64_t task = static_cast<int64_t>(attempt.task);
  f(task, attempt.number);
  if constexpr (!std::is_const_v<T>) attempt.task = static_cast<size_t>(task);
}
template <typename F, Of<timeval> T>
void fields(F& f, T& time) {
  int64_t seconds = time.tv_sec;
  int64_t microseconds = time.tv_usec;
  f(seconds, microseconds);
  if constexpr (!std::is_const_v<T>) time = {seconds, microseconds};
}
template <typename F, Of<rusage> T>
void fields(F& f, T& used) {
  int64_t kibibytes = used.ru_maxrss;
  f(used.ru_utime, used.ru_stime, kibibytes);
  if constexpr (!std::is_const_v<T>) used.ru_maxrss = kibibytes;
}
template <typename F, Of<PlannedFile> T>
void fields(F& f, T& file) {
  f(file.path, file.device, file.inode, file.size, file.changed_seconds, file.changed_nanoseconds,
    file.head, file.tail);
}
template <typename F, Of<MovedRows> T>
void fields(F& f, T& moved) {
  f(moved.rows_in, moved.rows_out, moved.bytes_out, moved.null_values, moved.left_out_lines,
    moved.left_out_records, moved.faulty_headers, moved.peer_failures, moved.bytes_in,
    moved.machine_failures);
}
template <typename F, Of<BeginRun> T>
void fields(F& f, T& m) {
  f(m.version, m.run, m.folder, m.environment);
}
template <typename F, Of<LookAtFiles> T>
void fields(F& f, T& m) {
  f(m.paths);
}
template <typename F, Of<OpenPorts> T>
void fields(F& f, T& m) {
  f(m.address, m.count);
}
template <typename F, Of<PutFile> T>
void fields(F& f, T& m) {
  f(m.name, m.contents);
}
template <typename F, Of<PutSecret> T>
void fields(F& f, T& m) {
  f(m.contents);
}
template <typename F, Of<Channel> T>
void fields(F& f, T& channel) {
  f(channel.kind, channel.number);
}
template <typename F, Of<InheritedChannel> T>
void fields(F& f, T& inherited) {
  f(inherited.channel, inherited.as);
}
template <typename F, Of<Job> T>
void fields(F& f, T& job) {
  f(job.commands, job.is_tool, job.in, job.out, job.inherited);
}
template <typename F, Of<BeginStep> T>
void fields(F& f, T& m) {
  f(m.tasks, m.channels, m.number, m.output);
}
template <typename F, typename T>
requires Of<T, EndStarts> || Of<T, EndStep>
void fields(F& f, T& m) {
  f(m.number);
}
template <typename F, Of<TaskAttempt> T>
void fields(F& f, T& output) {
  f(output.fragment, output.task, output.attempt);
}
template <typename F, Of<TakeFolder> T>
void fields(F& f, T& m) {
  f(m.path, m.sign, m.address, m.keys);
}
template <typename F, typename T>
requires Of<T, BeginOutput> || Of<T, CheckOutput> || Of<T, RemoveOutput>
void fields(F& f, T& m) {
  f(m.output);
}
template <typename F, Of<FinishOutput> T>
void fields(F& f, T& m) {
  f(m.output, m.is_bytes);
}
template <typename F, typename T>
requires Of<T, KeepOutputs> || Of<T, FindOutputs>
void fields(F& f, T& m) {
  f(m.outputs);
}
template <typename F, Of<FolderTaken> T>
void fields(F& f, T& m) {
  f(m.is_shared, m.port, m.refusal);
}
template <typename F, Of<OutputFinished> T>
void fields(F& f, T& m) {
  f(m.output, m.list, m.refusal);
}
template <typename F, Of<OutputChecked> T>
void fields(F& f, T& m) {
  f(m.output, m.is_whole);
}
template <typename F, Of<OutputsFound> T>
void fields(F& f, T& m) {
  f(m.lists);
}
template <typename F, Of<StartJob> T>
void fields(F& f, T& m) {
  f(m.attempt, m.job, m.environment);
}
template <typename F, Of<SignalAttempt> T>
void fields(F& f, T& m) {
  f(m.attempt, m.number);
}
template <typename F, typename T>
requires Of<T, BeginStatement> || Of<T, SweepLeftBehind> || Of<T, EndRun> || Of<T, Beat> ||
    Of<T, Swept> || Of<T, MeasureHost>
void fields(F&, T&) {}
template <typename F, Of<GrantChunk> T>
void fields(F& f, T& m) {
  f(m.attempt, m.bytes);
}
template <typename F, Of<ChunksAsked> T>
void fields(F& f, T& m) {
  f(m.attempt, m.request);
}
template <typename F, Of<AgentReady> T>
void fields(F& f, T& m) {
  f(m.version, m.architecture, m.node, m.folder, m.cores, m.memory_bytes, m.clock_seconds,
    m.connection);
}
template <typename F, Of<SeenFile> T>
void fields(F& f, T& m) {
  f(m.file, m.refusal);
}
template <typename F, Of<FilesSeen> T>
void fields(F& f, T& m) {
  f(m.files);
}
template <typename F, Of<FindFiles> T>
void fields(F& f, T& m) {
  f(m.path);
}
template <typename F, Of<FilesFound> T>
void fields(F& f, T& m) {
  f(m.paths, m.refusal);
}
template <typename F, Of<SurveyFiles> T>
void fields(F& f, T& m) {
  f(m.scan, m.inputs, m.infers, m.paths);
}
template <typename F, Of<PutPiece> T>
void fields(F& f, T& m) {
  f(m.path, m.offset, m.bytes, m.is_program);
}
template <typename F, Of<SurveyedFile> T>
void fields(F& f, T& m) {
  f(m.seen, m.kind, m.format, m.schema, m.refusal, m.is_usage);
}
template <typename F, Of<FilesSurveyed> T>
void fields(F& f, T& m) {
  f(m.files);
}
template <typename F, Of<PortsOpened> T>
void fields(F& f, T& m) {
  f(m.ports);
}
template <typename F, Of<TaskStarted> T>
void fields(F& f, T& m) {
  f(m.attempt, m.pid);
}
template <typename F, Of<TaskNotRun> T>
void fields(F& f, T& m) {
  f(m.attempt, m.error);
}
template <typename F, Of<TaskEnded> T>
void fields(F& f, T& m) {
  f(m.attempt, m.wait_status, m.used, m.said);
}
template <typename F, typename T>
requires Of<T, TaskStopped> || Of<T, TaskContinued>
void fields(F& f, T& m) {
  f(m.attempt);
}
template <typename F, Of<MovedCount> T>
void fields(F& f, T& m) {
  f(m.task, m.moved);
}
template <typename F, Of<MovedCounts> T>
void fields(F& f, T& m) {
  f(m.counts, m.number);
}
template <typename F, Of<AgentFailed> T>
void fields(F& f, T& m) {
  f(m.message);
}
template <typename F, Of<KeyPair> T>
void fields(F& f, T& keys) {
  f(keys.public_key, keys.secret_key);
}
template <typename F, Of<AnswerLink> T>
void fields(F& f, T& m) {
  f(m.address, m.keys);
}
template <typename F, Of<MeasureLink> T>
void fields(F& f, T& m) {
  f(m.endpoint, m.keys);
}
template <typename F, Of<HostMeasures> T>
void fields(F& f, T& m) {
  f(m.first_cache_ps, m.second_cache_ps, m.third_cache_ps, m.memory_ps, m.memory_rate,
    m.disk_write_rate, m.disk_read_rate, m.disk_read_ns, m.disk_sync_ns, m.disk_refusal);
}
template <typename F, Of<LinkMeasures> T>
void fields(F& f, T& m) {
  f(m.round_trip_ns, m.sent_rate, m.received_rate, m.refusal);
}
template <typename F, typename T>
requires Of<T, HostMeasured> || Of<T, LinkMeasured>
void fields(F& f, T& m) {
  f(m.measures);
}

}  // namespace penstock
