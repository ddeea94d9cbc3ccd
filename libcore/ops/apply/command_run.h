// One run of a command over rows: a thread writes them to it while its answers are read.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/batch.h"
#include "libcore/ops/apply/apply.h"

namespace penstock {

// Not thread-safe. Its end, or that of the object, ends the command and its process group.
class CommandRun {
 public:
  // Returns the next rows for the command, each with rows; empty at their end. Called by the thread
  // that writes, which may outlive the run where it waits for rows.
  using Pull = std::function<std::optional<Batch>()>;

  // Starts the command and reads the beginning of its answers. `rows_before` of the input have gone
  // to other runs. Throws as make_apply() does.
  CommandRun(const ApplyOptions& options, const SchemaPtr& input, Pull pull, int64_t rows_before);
  ~CommandRun();
  CommandRun(const CommandRun&) = delete;
  CommandRun& operator=(const CommandRun&) = delete;

  // The columns of the answers alone, marked where their types were inferred (kInferredKey).
  SchemaPtr answers() const;
  // The columns of next(): those that were kept, and those of the answers.
  const SchemaPtr& schema() const;

  // Returns the next rows; empty when the command has ended well, after all of its answers. Throws
  // as make_apply() says.
  std::optional<Batch> next();

  // How many rows the command got.
  int64_t rows() const;

 private:
  class Output;
  struct Feeding;
  static void feed(const std::shared_ptr<Feeding>& feeding, const Pull& pull);
  void end_of_answers();
  [[noreturn]] void unreadable(const Error& error);
  Batch with_kept(const Batch& answers);

  std::shared_ptr<Feeding> feeding_;
  OperatorPtr answers_;
  SchemaPtr schema_;
  std::optional<Batch> pending_;  // answers that wait for their kept columns
  int64_t answered_ = 0;
};

// Returns which columns of `input` go around the command. Throws as make_apply() does.
std::vector<size_t> kept_columns(const Schema& input, const std::optional<ColumnList>& keep);

// Returns the kept columns and those of the answers, without marks. Throws Error for a name that
// both have.
SchemaPtr with_answers(const Schema* kept, const Schema& answers);

}  // namespace penstock
