// Reads several inputs at the same time and returns their batches as they come.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

// Each input is read by a thread of its own, so that a slow one does not delay the others. The
// batches of one input stay in order. Destruction does not wait for an input that is blocked in a
// read: its thread is left behind with what it owns.
class Arrivals {
 public:
  explicit Arrivals(std::vector<OperatorPtr> inputs);
  ~Arrivals();
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

  struct Arrival {
    size_t input = 0;
    std::optional<Batch> batch;  // empty: the input has ended
  };
  // Waits for the next batch and returns it; empty when all inputs have ended. If an input throws,
  // throws that at once, because the run has failed whatever would still come.
  std::optional<Arrival> next();

 private:
  struct Shared;
  static void read(OperatorPtr input, size_t number, const std::shared_ptr<Shared>& shared);

  std::vector<OperatorPtr> inputs_;  // until the threads have them
  std::shared_ptr<Shared> shared_;
};

}  // namespace penstock
