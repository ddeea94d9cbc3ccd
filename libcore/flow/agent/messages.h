// What a manager and the agents of its hosts say to each other, as values. HOSTS.md says when, and
// codec.h how.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libcore/exchange_files/task_folders.h"
#include "libcore/flow/plan/found_file.h"
#include "libcore/flow/probe/measures.h"
#include "libcore/flow/tasks/job.h"
#include "libcore/flow/tasks/task.h"
#include "libcore/net/curve.h"
#include "libcore/os/planned_files.h"
#include "libcore/os/run_counts.h"

namespace penstock {

// The agent's first bytes. What stands before them is not the agent's.
inline constexpr std::string_view kAgentGreeting = "penstock-agent 1\n";
// Bytes that a user's shell may print before the greeting.
inline constexpr int64_t kMaxBannerBytes = 64 << 10;
// Bytes of a message, its kind included: what an agent holds of one at most.
inline constexpr int64_t kMaxAgentMessageBytes = int64_t{64} << 20;
// Items of a list in a message (words of a command, files, ports, tasks).
inline constexpr int64_t kMaxAgentListItems = int64_t{1} << 20;
// Bytes of a piece of a file that is sent.
inline constexpr int64_t kMaxFilePieceBytes = int64_t{1} << 20;
// Files into which an agent looks for one message, so that its answer does not take long.
inline constexpr int64_t kMaxSurveyedFiles = 32;
// Files that a pattern may stand for.
inline constexpr int64_t kMaxFoundFiles = 65536;
// Outputs of tasks that an agent looks for at once, so that their lists fit into a message.
inline constexpr int64_t kMaxFoundOutputs = 64;
// Bytes of the name of a file in the run's folder.
inline constexpr int64_t kMaxRunFileNameBytes = 100;

// The names of files in the run's folder: letters, digits and . _ - alone, with no '.' or '-' at
// the beginning, and at most kMaxRunFileNameBytes.
bool is_run_file_name(std::string_view name);

// Whether a file with this path may be sent: it is absolute, and none of its parts is empty, "." or
// "..".
bool is_sendable_path(std::string_view path);

// Returns where a sent file lies on a host whose run has this folder.
std::string sent_path(const std::string& folder, const std::string& path);

// ---- From the manager ----

// The first message.
struct BeginRun {
  std::string version;  // of Penstock
  std::string run;      // its name, for messages and logs
  // The manager's working folder. Workers start in it on a host that has it, else where the agent
  // was started.
  std::string folder;
  std::vector<std::string> environment;  // NAME=VALUE, of all workers
};

// Asks for FilesSeen. A relative path begins where the agent was started.
struct LookAtFiles {
  std::vector<std::string> paths;
};

// Asks for FilesFound: the files that an operand HOST:PATH means. A relative path begins where the
// agent was started.
struct FindFiles {
  std::string path;
};

// Asks for FilesSurveyed: what a scan finds in these files before it reads rows. `scan` has the
// words of its command line with the names of the files as its inputs, of which it has `inputs`
// with those of other messages and hosts; `paths` has their absolute paths. At most
// kMaxSurveyedFiles.
struct SurveyFiles {
  std::vector<std::string> scan;
  int64_t inputs = 0;
  bool infers = true;  // the schemas are wanted
  std::vector<std::string> paths;
};

// Asks for PortsOpened: listening sockets for the step that begins next (Channel::Kind::kListener).
struct OpenPorts {
  std::string address;  // numeric, of one of the agent's interfaces
  int64_t count = 0;
};

// A file of the run's folder. Replaces one of the same name.
struct PutFile {
  std::string name;
  std::string contents;
};

// Bytes of a file that is sent to the host: those behind the ones that it has so far, or at offset
// 0 the first of a new file, which takes the place of another. It lies in the run's folder under
// sent_path(), with mode 0600, or 0700 for a program. At most kMaxFilePieceBytes.
struct PutPiece {
  std::string path;  // absolute, where the manager has it, without "." and ".."
  int64_t offset = 0;
  std::string bytes;
  bool is_program = false;
};

// A secret for the step that begins next (Channel::Kind::kSecret), numbered from 0. It is kept in
// memory alone.
struct PutSecret {
  std::string contents;
};

// A step begins: attempts of this number of its tasks, from 0 up to `tasks`, may be started from
// now on, and their counts begin at 0. Steps of different numbers run side by side; one of the same
// number takes the place of the step before.
struct BeginStep {
  int64_t tasks = 0;
  // Of the host's jobs; not the flow's own input, and its output only with `output`.
  std::vector<Channel> channels;
  int64_t number = 1;
  // The folder of a task (BeginOutput) in which the flow's output is a file; empty for none.
  std::string output = {};
};

// Starts an attempt of a task of the step. TaskStarted or TaskNotRun follows.
struct StartJob {
  Attempt attempt;
  Job job;                               // its channels are those of BeginStep
  std::vector<std::string> environment;  // NAME=VALUE, further ones
};

// All jobs of the step have been started: what they write and read ends when they end.
struct EndStarts {
  int64_t number = 1;
};

// The step is over: nothing of it runs or is asked for any more.
struct EndStep {
  int64_t number = 1;
};

// As StepLauncher::signal().
struct SignalAttempt {
  Attempt attempt;
  int64_t number = 0;
};

// Kills what attempts left behind when they ended. Asks for Swept.
struct SweepLeftBehind {};

// The answer to ChunksAsked.
struct GrantChunk {
  Attempt attempt;
  std::string bytes;
};

// A statement begins: the shared files of the steps before are not read any more, and those of the
// next ones (Channel::Kind::kShared) are empty files.
struct BeginStatement {};

// Asks for FolderTaken: the directory of a run with checkpoints (CHECKPOINTS.md) is to be used on
// this host, at the same path. If a file of this name is in it, the manager has made it, and the
// disk is a shared one. Else the directory is made and locked, and its files are served to other
// hosts at this address, numeric, to those who know the keys (net/keys.h, as text).
struct TakeFolder {
  std::string path;
  std::string sign;
  std::string address;
  std::string keys;
};

// The messages that follow are about that directory.
// Makes the folder for an attempt.
struct BeginOutput {
  TaskAttempt output;
};

// The attempt has ended well: its folder is to become its output. Of one that has written bytes,
// and not partitions, the list is made. Asks for OutputFinished.
struct FinishOutput {
  TaskAttempt output;
  bool is_bytes = false;
};

// Asks for OutputChecked.
struct CheckOutput {
  TaskAttempt output;
};

struct RemoveOutput {
  TaskAttempt output;
};

// Removes all outputs but these, and with none the directory if nothing else is in it.
struct KeepOutputs {
  std::vector<TaskAttempt> outputs;
};

// Asks for OutputsFound. At most kMaxFoundOutputs.
struct FindOutputs {
  std::vector<TaskAttempt> outputs;
};

// For pflow --probe. Asks for HostMeasured, which takes two seconds.
struct MeasureHost {};

// Listens at `address`, as OpenPorts, and answers one probe of a host with the same keys.
// PortsOpened follows, without a port when that cannot be done.
struct AnswerLink {
  std::string address;
  KeyPair keys;
};

// Asks for LinkMeasured: to the port of a host that answers.
struct MeasureLink {
  std::string endpoint;
  KeyPair keys;
};

// The last message: end all attempts and leave.
struct EndRun {};

// ---- From both ----

// Nothing else was to be said for a while.
struct Beat {};

// ---- From the agent; besides them TaskEvent's ----

// The first message.
struct AgentReady {
  std::string version;       // of Penstock
  std::string architecture;  // as uname has it
  std::string node;          // the host's own name
  std::string folder;        // of the run on this host
  int64_t cores = 0;         // that the agent may use
  int64_t memory_bytes = 0;
  int64_t clock_seconds = 0;  // since 1970
  // The addresses and ports of both ends of the connection, as ssh's server says them in
  // SSH_CONNECTION: the manager's, then the agent's. Of Slurm's it has the addresses alone, with 0
  // for ports. Empty on this host.
  std::string connection;
};

struct SeenFile {
  PlannedFile file;     // with an absolute path
  std::string refusal;  // why it cannot be read; empty when it can
};

// In the order of the paths.
struct FilesSeen {
  std::vector<SeenFile> files;
};

// Absolute paths. One that is not a pattern may not exist.
struct FilesFound {
  std::vector<std::string> paths;
  std::string refusal;  // why there are none
};

// A file that SurveyFiles names.
struct SurveyedFile {
  SeenFile seen;
  FileKind kind = FileKind::kText;
  Format format = Format::kCsv;
  std::string schema;  // as an Arrow stream without rows; empty where there is none
  // What the scan says of a file that can be read, but not as its options are; empty when it can.
  std::string refusal;
  bool is_usage = false;  // of that
};

// In the order of the paths.
struct FilesSurveyed {
  std::vector<SurveyedFile> files;
};

struct PortsOpened {
  std::vector<int64_t> ports;
};

struct Swept {};

struct MovedCount {
  int64_t task = 0;
  MovedRows moved;
};

// Of the tasks of a step whose counts have changed.
struct MovedCounts {
  std::vector<MovedCount> counts;
  int64_t number = 1;
};

struct FolderTaken {
  bool is_shared = false;
  int64_t port = 0;     // at which its files are served, unless it is shared
  std::string refusal;  // why it cannot be used; empty when it can
};

// The list of its files as text (exchange_files/partition_files.h), or why there is none.
struct OutputFinished {
  TaskAttempt output;
  std::string list;
  std::string refusal;
};

// Whether all its files are as their list states them.
struct OutputChecked {
  TaskAttempt output;
  bool is_whole = false;
};

// The list of the files of each output, as it was asked for; empty where it is not there in whole.
struct OutputsFound {
  std::vector<std::string> lists;
};

struct HostMeasured {
  HostMeasures measures;
};

struct LinkMeasured {
  LinkMeasures measures;
};

// The agent cannot go on; it ends all and leaves.
struct AgentFailed {
  std::string message;
};

using ToAgent = std::variant<BeginRun, LookAtFiles, OpenPorts, PutFile, PutSecret, BeginStep,
                             StartJob, EndStarts, SignalAttempt, SweepLeftBehind, GrantChunk,
                             MeasureHost, AnswerLink, MeasureLink, FindFiles, SurveyFiles, PutPiece,
                             EndStep, BeginStatement, TakeFolder, BeginOutput, FinishOutput,
                             CheckOutput, RemoveOutput, KeepOutputs, FindOutputs, EndRun, Beat>;
using FromAgent =
    std::variant<AgentReady, FilesSeen, PortsOpened, TaskStarted, TaskNotRun, TaskEnded,
                 TaskStopped, TaskContinued, Swept, ChunksAsked, MovedCounts, HostMeasured,
                 LinkMeasured, FilesFound, FilesSurveyed, FolderTaken, OutputFinished,
                 OutputChecked, OutputsFound, AgentFailed, Beat>;

}  // namespace penstock
