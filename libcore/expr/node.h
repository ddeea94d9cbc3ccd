// A bound expression: a tree of nodes, each of which computes a whole column at once.
//
// A node costs one virtual call for each batch. Constants stay one value (Operand::constant) and
// are never expanded into columns for a kernel. Kernels are plain loops over typed values, chosen
// when the expression is bound; further values that they need are captured in them.
//
// Threads: nodes are immutable; evaluate() may be called from several threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/take.h"
#include "libcore/expr/syntax/source.h"

namespace penstock {

class Node;
using NodePtr = std::shared_ptr<const Node>;

// Of pruning (expr/prune): what is known of rows that are not at hand.
struct Bounds;
struct Zones;
class Meaning;
using MeaningPtr = std::shared_ptr<const Meaning>;
// One row of a column for each of some key columns; a null pointer for any value.
using KeyValues = std::vector<ColumnPtr>;

class Node {
 public:
  Node(TypePtr type, bool can_fail) : type_(std::move(type)), can_fail_(can_fail) {}
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const TypePtr& type() const { return type_; }

  // Returns whether some row could make it throw. Where SQL does not want a row computed (the right
  // side of a false `and`, a branch of a case), such a node is given only the rows that it may
  // compute.
  bool can_fail() const { return can_fail_; }

  // The number of nodes that one evaluation visits; shared ones count each time that they are
  // reached.
  double cost() const { return cost_; }

  // Returns a column of batch.rows rows and a plain type. Columns of the batch that it does not
  // read may be null pointers.
  virtual ColumnPtr evaluate(const Batch& batch) const = 0;

  // Appends the numbers of the batch's columns that it reads, perhaps repeatedly.
  virtual void add_columns(std::vector<size_t>& columns) const = 0;

  // Returns the one row of a constant; null for all other nodes.
  virtual ColumnPtr constant() const { return nullptr; }

  // Returns what is known of its values in each zone; by default nothing (prune/bounds.h). REQUIRES
  // zones of the schema to which it was bound.
  virtual Bounds bounds(const Zones& zones) const;

  // Returns rows of these columns, one of which each row has that makes this node, a bool, true
  // (prune/key_values.h); at most kMaxEqualKeys. Empty, the default, when that is not known.
  virtual std::optional<std::vector<KeyValues>> key_values(std::span<const size_t> columns) const;

 protected:
  // Takes over from the children whether they can fail, and their cost. For constructors.
  void adopt(std::span<const NodePtr> children) {
    for (const NodePtr& child : children) {
      can_fail_ |= child->can_fail();
      cost_ += child->cost();
    }
  }

 private:
  TypePtr type_;
  bool can_fail_;
  double cost_ = 1;
};

// An evaluation of more visits is refused: an expression may compute twice what is written once
// (nullif, a simple case), and nesting doubles this with each level.
inline constexpr double kMaxNodeCost = 1e6;

// An input column, as its plain type.
class ColumnNode : public Node {
 public:
  ColumnNode(size_t index, const TypePtr& type) : Node(plain(type), false), index_(index) {}
  size_t index() const { return index_; }
  ColumnPtr evaluate(const Batch& batch) const override { return plain(batch.columns[index_]); }
  void add_columns(std::vector<size_t>& columns) const override { columns.push_back(index_); }
  Bounds bounds(const Zones& zones) const override;
  std::optional<std::vector<KeyValues>> key_values(std::span<const size_t> columns) const override;

 private:
  size_t index_;
};

class ConstantNode : public Node {
 public:
  // REQUIRES: one row.
  explicit ConstantNode(ColumnPtr value) : Node(value->type, false), value_(std::move(value)) {}
  ColumnPtr evaluate(const Batch& batch) const override;
  void add_columns(std::vector<size_t>&) const override {}
  ColumnPtr constant() const override { return value_; }
  Bounds bounds(const Zones& zones) const override;
  std::optional<std::vector<KeyValues>> key_values(std::span<const size_t> columns) const override;

 private:
  ColumnPtr value_;
};

// An argument of a kernel: a column of the call's rows, or a constant's one row.
struct Operand {
  ColumnPtr column;
  bool constant = false;
};

struct KernelCall;
// Returns the result's column. Throws Error (KernelCall::fail) for a row that cannot be computed.
using Kernel = std::function<ColumnPtr(const KernelCall&)>;

// How a kernel is called.
struct CallTraits {
  bool can_fail = false;
  // The result is null when any argument is: the kernel gets the combined validity of the arguments
  // and only has to pass it on. Otherwise it looks at the validity of each argument.
  bool strict = true;
};

class CallNode : public Node {
 public:
  // `meaning` may be null: then nothing is known of the call's values without rows.
  CallNode(TypePtr type, std::vector<NodePtr> arguments, Kernel kernel, CallTraits traits,
           MeaningPtr meaning, SourcePtr source, int64_t location);
  ColumnPtr evaluate(const Batch& batch) const override;
  // Returns the call's column for these values of its arguments. Throws Error as evaluate() does.
  ColumnPtr apply(std::span<const Operand> operands, int64_t rows) const;
  void add_columns(std::vector<size_t>& columns) const override;
  Bounds bounds(const Zones& zones) const override;
  std::optional<std::vector<KeyValues>> key_values(std::span<const size_t> columns) const override;
  const std::vector<NodePtr>& arguments() const { return arguments_; }
  const Meaning* meaning() const { return meaning_.get(); }
  const SourcePtr& source() const { return source_; }
  Error error(std::string_view message) const { return source_->error(location_, message); }

 private:
  std::vector<NodePtr> arguments_;
  Kernel kernel_;
  CallTraits traits_;
  MeaningPtr meaning_;
  SourcePtr source_;
  int64_t location_;
};

struct KernelCall {
  const CallNode& node;
  std::span<const Operand> arguments;
  int64_t rows;
  Buffer validity;  // rows to compute; empty for all

  const TypePtr& type() const { return node.type(); }
  bool is_valid(int64_t i) const { return validity.empty() || get_bit(validity.data(), i); }
  [[noreturn]] void fail(std::string_view message) const { throw node.error(message); }
};

// Makes a call. If all arguments are constant it is computed at once; when this fails, the call is
// kept, and fails when (and if) a row needs it. A null constant makes a strict call null.
// `meaning` is as in CallNode.
NodePtr make_call_node(TypePtr type, std::vector<NodePtr> arguments, Kernel kernel,
                       CallTraits traits, const SourcePtr& source, int64_t location,
                       MeaningPtr meaning = nullptr);

// Returns these rows of the columns that `node` reads; the other columns are null pointers.
Batch narrow(const Batch& batch, std::span<const RowIndex> rows, const Node& node);

NodePtr make_null_constant(const TypePtr& type);

}  // namespace penstock
