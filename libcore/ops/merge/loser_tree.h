// Finds which of several sorted inputs comes next, in log2(inputs) comparisons for each row.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace penstock {

// A tree of losers (Knuth 5.4.1, as in replacement selection): each inner node holds the input that
// lost there. So after the winner has moved on, only the path from its leaf to the root is played
// again.
class LoserTree {
 public:
  // Plays all inputs. comes_before(a, b) returns whether the current row of input a comes before
  // that of b; a strict total order, with ended inputs last.
  template <typename ComesBefore>
  void build(size_t inputs, ComesBefore comes_before) {
    losers_.assign(inputs, 0);
    // Leaf i is at place inputs + i; the winners move up from place to place.
    std::vector<size_t> winners(2 * inputs);
    for (size_t i = 0; i < inputs; ++i)
      winners[inputs + i] = i;
    for (size_t place = inputs - 1; place >= 1; --place) {
      size_t a = winners[2 * place];
      size_t b = winners[2 * place + 1];
      if (!comes_before(a, b)) std::swap(a, b);
      winners[place] = a;
      losers_[place] = b;
    }
    winner_ = inputs == 1 ? 0 : winners[1];
  }

  size_t winner() const { return winner_; }

  // Plays again after the winner's current row has changed.
  template <typename ComesBefore>
  void replay(ComesBefore comes_before) {
    for (size_t place = (losers_.size() + winner_) / 2; place >= 1; place /= 2) {
      if (comes_before(losers_[place], winner_)) std::swap(losers_[place], winner_);
    }
  }

 private:
  std::vector<size_t> losers_;
  size_t winner_ = 0;
};

}  // namespace penstock
