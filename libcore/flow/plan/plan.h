// What runs: a statement of a flow as a graph of fragments and the edges between them. FLOW.md has
// the rules.
//
// A plan is what a person is shown (explain.h) and what is started (launch.h); it says nothing of
// processes, descriptors or files that exist only for one run.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/compare.h"
#include "libcore/data/type.h"
#include "libcore/flow/flow_text.h"
#include "libcore/os/planned_files.h"
#include "libcore/partition/partitioner.h"
#include "libcore/stage/registry.h"
#include "libcore/stage/stage.h"

namespace penstock {

class HostFiles;
struct PlanPipeline;
using PlanPipelinePtr = std::shared_ptr<const PlanPipeline>;

// A word of a command, or the output of a pipeline.
struct PlanWord {
  std::string text;
  PlanPipelinePtr input = nullptr;
  bool is_file = false;  // of an input: it comes as a file, not through a pipe
};

// What rows go through from one fragment to another.
enum class EdgeMedium {
  kPipe,     // a pipe from each worker
  kStream,   // a socket of this host
  kNetwork,  // a connection between hosts
  kFile,     // files, written before they are read
};

// A stage, and the pipelines whose output it reads.
struct PlanStage {
  StagePtr stage = nullptr;                       // of the family; null for any other program
  std::vector<StageWord> program = {};            // the line of such a program
  std::map<int, PlanPipelinePtr> pipelines = {};  // by StageWord::pipeline
  // What brings it the output of each: kPipe or kFile, as workers are placed (placement.h).
  std::map<int, EdgeMedium> media = {};
  int64_t location = 0;  // of the stage that was written, in the flow's text

  // Its line.
  std::vector<PlanWord> words() const;
  // Whether it reads the output of a pipeline as a file, which is written before.
  bool reads_file(int pipeline) const;
  // The program, as it was written.
  std::string name() const;
  // The pipeline that the i-th input of a stage of the family is; null for a file.
  PlanPipelinePtr pipeline_of(size_t input) const;
  // Has a stage of the family read this pipeline as its i-th input.
  void read_pipeline(size_t input, PlanPipelinePtr pipeline);
};

// How the workers of a fragment divide the input of their first stage, a scan.
enum class Division {
  kNone,    // one worker reads all
  kChunks,  // chunks are taken as workers become free
  kParts,   // the I-th worker reads the I-th of N parts, so that the workers' order is the rows'
};

// What brings a fragment the rows of the one before it.
struct Edge {
  enum class Kind {
    kGather,  // the rows of all workers come to one
    kShare,   // each worker's rows are shared out to several, as `how` says
  };
  using Medium = EdgeMedium;
  Kind kind = Kind::kGather;
  Medium medium = Medium::kPipe;  // by where both ends run (placement.h)
  PartitionOptions how = {};      // of kShare, but for `partitions`: there are as many as receivers
  // The file of a run in which a join's exchanges agree on heavy keys; empty for none.
  std::string spread = {};
  // The senders' rows come in the order of these keys, and so do those that are received; empty for
  // rows as they come.
  std::vector<SortKey> merge = {};
  bool in_turn = false;  // of kGather: all rows of the first worker, then those of the second, …
  // Options of the stage that it is part of or stands for.
  std::vector<GivenOption> options = {};
  std::string reason = {};  // why there is an exchange, for people
  int64_t location = 0;     // of the stage before it
};

// A host on which workers may run.
struct PlanHost {
  std::string name;   // as people are shown it
  int64_t slots = 1;  // how many workers it has before others get more than they have slots
};

// The host of pflow itself: the first of PlanOptions::hosts.
inline constexpr size_t kThisHost = 0;

// What one worker reads of its fragment's scan, where some of the files are on one host each.
struct ScanShare {
  std::vector<std::string> files = {};  // as they are called on the worker's host
  std::vector<size_t> inputs = {};      // of the scan, which they are
  // Of those files all, or one of so many parts.
  int64_t part = 1;
  int64_t parts = 1;
};

// Stages that run without an exchange between them, as `workers` pipelines side by side.
struct PlanFragment {
  int64_t workers = 1;
  std::vector<size_t> hosts = {};  // of each worker (placement.h)
  Division division = Division::kNone;
  int64_t chunks = 0;               // with kChunks
  std::vector<int64_t> sizes = {};  // of the scan's files, with kChunks
  // Files that all its workers read, or share, as planning saw them.
  std::vector<PlannedFile> files = {};
  // Of its scan's files those that one host alone has, by its number, as planning saw them there.
  std::map<size_t, std::vector<PlannedFile>> files_there = {};
  // The host that alone has a file of the scan; empty when there is no such file.
  std::vector<std::optional<size_t>> homes = {};
  // What each worker reads, with `homes`; its host follows from that.
  std::vector<ScanShare> shares = {};
  SchemaPtr schema = nullptr;  // of the scan's text, inferred once for all workers; null for none
  std::string reason = {};     // why there are so many workers, for people
  std::optional<Edge> edge = {};  // from the fragment before it; none for a pipeline's first
  // At least one, where there is no edge.
  std::vector<PlanStage> stages = {};

  // Whether the tasks of the fragment, in a run over files, may run on any host with slots. The
  // others run where `hosts` says.
  bool runs_anywhere() const { return workers > 1 && shares.empty(); }
  // Returns its stage as a worker runs it: the scan of its share, all others as they are.
  PlanStage stage_of(size_t stage, int64_t worker) const;
  // The location of what it gives.
  int64_t location() const { return stages.empty() ? edge->location : stages.back().location; }
};

// At least one fragment. The last one has a single worker, but for an operand `<( … )` in a
// fragment of as many: each worker there reads the output of one here.
struct PlanPipeline {
  std::vector<PlanFragment> fragments;

  // Of an operand `<( … )` in a fragment of several workers: whether each of them reads all of it.
  // The last fragment is then one worker, or makes a copy on each host.
  bool is_read_whole() const;
};

struct PlanStatement {
  PlanPipeline pipeline;
  std::optional<std::string> output = {};  // of `> FILE`
  std::vector<PlanHost> hosts = {};        // by their numbers in PlanFragment::hosts
  bool is_over_files = false;              // all edges are files, and workers are tasks
  std::string reason = {};  // why it is over files or not, for people; empty where it was asked for

  bool runs_anywhere(const PlanFragment& fragment) const {
    return is_over_files && fragment.runs_anywhere();
  }
};

// How a flow is cut into tasks whose edges are files.
struct TaskCut {
  // A scan has as many tasks as the flow has workers, but of more than so much input for each it
  // has more.
  int64_t most_bytes = int64_t{1} << 30;
  // A statement whose work is not worth writing files for (file_choice.h) goes through pipes and
  // streams, with so many workers; 0 where all statements are over files.
  int64_t piped_workers = 0;
  // What a statement that is worth it names at least. For so much text two slots take from 3 s, for
  // an aggregation, to 14 s, for a sort to a file; what is lost of less is soon done again.
  int64_t least_bytes = int64_t{4} << 30;
};

struct PlanOptions {
  int64_t workers = 1;  // 1 … kMaxWorkers
  // For a run over files; none for one through pipes and streams.
  std::optional<TaskCut> over_files = {};
  // This host, which may be without slots, and others; nothing for this host alone.
  std::vector<PlanHost> hosts = {};
  // Looks into files of the hosts; null for this host alone. Outlives the planning.
  HostFiles* host_files = nullptr;
  bool unordered = false;  // rows need not come in the order that a shell would give them in
  StageRegistry tools;
  Parameters parameters = {};  // of all stages that take expressions and have not their own
  // Is called with a note on each stage that runs once on the whole stream because nothing is known
  // of its program.
  std::function<void(const std::string&)> note = {};
};

// Plans one statement, whose input files exist by now as far as they will, and looks into the files
// that it reads. With one worker nothing is looked at and nothing is rewritten, but for scans of
// HOST:PATH. Throws a usage
// Error for a stage whose command line is wrong and for a statement that reads the file which it
// writes.
PlanStatement plan_statement(const Flow& flow, const FlowStatement& statement,
                             const PlanOptions& options);

// The edge by hash of these columns.
Edge hash_edge(const std::vector<std::string>& names, std::string reason);

}  // namespace penstock
