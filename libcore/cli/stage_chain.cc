#include "libcore/cli/stage_chain.h"

#include <sys/prctl.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/cli/program.h"
#include "libcore/os/byte_sink.h"

namespace penstock {

// A stage's rows on their way to the next one.
class StageChain::Handed : public Operator {
 public:
  Handed(StageChain& chain, size_t stage, SchemaPtr schema)
      : chain_(chain), stage_(stage), schema_(std::move(schema)) {}

  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override { return chain_.next_of(stage_); }

 private:
  StageChain& chain_;
  size_t stage_;
  SchemaPtr schema_;
};

// No more rows are pulled, and no thread of the next stages is about to.
class StageChain::Closing {
 public:
  explicit Closing(Link& link) : link_(link) {}
  ~Closing() {
    std::lock_guard lock(link_.mutex);
    link_.is_closed = true;
    // As in Tool::write(): what was not pulled to its end may have threads that wait in a read.
    (void)link_.rows.release();
  }
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;

 private:
  Link& link_;
};

StageChain::StageChain(std::vector<std::span<char*>> stages, std::span<const StageProgram> programs)
    : stages_(std::move(stages)),
      programs_(programs),
      links_(stages_.size()),
      counts_(RunCounts::from_environment()) {
  PENSTOCK_CHECK(!stages_.empty());
}

void StageChain::run() {
  std::string names;
  for (std::span<char*> words : stages_)
    names += (names.empty() ? "" : "|") + std::string(words[0]);
  prctl(PR_SET_NAME, names.c_str());
  run_program(stages_[0][0], [this] {
    try {
      return run_stage();
    } catch (const OutputClosed&) {
      // By a stage of ours that has ended already.
      if (status_) return *status_;
      throw;
    }
  });
}

int StageChain::run_stage() {
  std::string_view name = stages_[at_][0];
  auto program = std::find_if(programs_.begin(), programs_.end(),
                              [&](const StageProgram& each) { return each.name == name; });
  PENSTOCK_CHECK(program != programs_.end());
  return program->run({static_cast<int>(stages_[at_].size()), stages_[at_].data(), this});
}

OperatorPtr StageChain::take_input() {
  PENSTOCK_CHECK(input_ != nullptr);
  return std::move(input_);
}

std::optional<Batch> StageChain::next_of(size_t stage) {
  Link& link = links_[stage];
  std::lock_guard lock(link.mutex);
  if (link.is_closed) throw OutputClosed();
  if (link.has_ended) return std::nullopt;
  try {
    std::optional<Batch> batch = link.rows->next();
    if (batch) return batch;
  } catch (...) {
    if (!failure_) failure_ = Failure{stage, std::current_exception()};
    throw;
  }
  // Its process would have ended here, and given back its memory.
  link.rows.reset();
  link.has_ended = true;
  return std::nullopt;
}

void StageChain::hand_on(OperatorPtr rows) {
  size_t stage = at_;
  Link& link = links_[stage];
  input_ = std::make_unique<Handed>(*this, stage, rows->schema());
  link.rows = std::move(rows);
  {
    Closing closing(link);
    run_next();
  }
  at_ = stage;
  if (!link.has_ended) throw OutputClosed();
}

void StageChain::run_next() {
  size_t stage = ++at_;
  try {
    int status = run_stage();
    if (!status_) status_ = status;
  } catch (const OutputClosed&) {
    throw;
  } catch (...) {
    if (failure_ && failure_->stage < stage) std::rethrow_exception(failure_->problem);
    status_ = report_problem(stages_[stage][0]);
    throw OutputClosed();
  }
}

}  // namespace penstock
