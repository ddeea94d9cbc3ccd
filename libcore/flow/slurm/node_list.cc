#include "libcore/flow/slurm/node_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

// Digits of a number in brackets.
constexpr size_t kMostDigits = 9;

[[noreturn]] void refuse(std::string_view what, std::string_view text) {
  throw Error(fmt::format("Slurm's list of {} '{}' cannot be read", what, printable(text)));
}

// The text up to the next comma outside of brackets, which is taken away from `list` with it.
std::string_view take_item(std::string_view& list) {
  size_t end = 0;
  for (bool inside = false; end < list.size() && (inside || list[end] != ','); ++end) {
    if (list[end] == '[') inside = true;
    if (list[end] == ']') inside = false;
  }
  std::string_view item = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  return item;
}

class NodeNames {
 public:
  explicit NodeNames(std::string_view list) : list_(list) {}

  std::vector<std::string> parse() {
    if (list_.empty() || list_.back() == ',') fail();
    for (std::string_view rest = list_; !rest.empty();)
      add("", take_item(rest));
    return std::move(names_);
  }

 private:
  [[noreturn]] void fail() const { refuse("nodes", list_); }

  // All names that begin with `begin` and go on with what `pattern` stands for.
  void add(const std::string& begin, std::string_view pattern) {
    const size_t open = pattern.find('[');
    const std::string to_here = begin + std::string(pattern.substr(0, open));
    if (std::ssize(to_here) > kMaxListedNameBytes) fail();
    if (open == pattern.npos) return add_name(to_here);
    const size_t close = pattern.find(']', open);
    if (close == pattern.npos || close == open + 1) fail();
    std::string_view ranges = pattern.substr(open + 1, close - open - 1);
    if (ranges.back() == ',') fail();
    while (!ranges.empty())
      add_range(to_here, take_item(ranges), pattern.substr(close + 1));
  }

  // One of "3", "007" and "1-12"; numbers have as many digits as the first.
  void add_range(const std::string& begin, std::string_view range, std::string_view end) {
    const size_t dash = range.find('-');
    const std::string_view first = range.substr(0, dash);
    const std::string_view last = dash == range.npos ? first : range.substr(dash + 1);
    const int64_t from = number(first);
    const int64_t to = number(last);
    if (from > to || to - from >= kMaxHosts) fail();
    for (int64_t i = from; i <= to; ++i)
      add(begin + fmt::format("{:0{}}", i, first.size()), end);
  }

  int64_t number(std::string_view digits) const {
    const bool is_number =
        !digits.empty() && digits.size() <= kMostDigits &&
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    std::optional<int64_t> value;
    if (is_number) value = parse_int64(digits);
    if (!value) fail();
    return *value;
  }

  void add_name(const std::string& name) {
    if (std::ssize(names_) == kMaxHosts) {
      throw Error(fmt::format("the Slurm job has more than {} nodes", kMaxHosts));
    }
    names_.push_back(name);
  }

  std::string_view list_;
  std::vector<std::string> names_;
};

// A node's name goes into srun's words.
void check_node(const std::string& name) {
  std::vector<Host> hosts;
  add_hosts(hosts, name);
  if (hosts.size() != 1 || hosts[0] != Host{"", name}) refuse("nodes", name);
}

}  // namespace

std::vector<std::string> parse_node_list(std::string_view list) {
  return NodeNames(list).parse();
}

std::vector<int64_t> parse_counts(std::string_view list) {
  std::vector<int64_t> counts;
  if (list.empty() || list.back() == ',') refuse("numbers", list);
  for (std::string_view rest = list; !rest.empty();) {
    std::string_view item = take_item(rest);
    std::optional<int64_t> times = 1;
    if (const size_t open = item.find("(x"); open != item.npos && item.back() == ')') {
      times = parse_int64(item.substr(open + 2, item.size() - open - 3));
      item = item.substr(0, open);
    }
    const std::optional<int64_t> count = parse_int64(item);
    const bool is_list = count && *count >= 1 && *count <= kMaxWorkers && times && *times >= 1 &&
                         *times <= kMaxHosts - std::ssize(counts);
    if (!is_list) refuse("numbers", list);
    counts.insert(counts.end(), static_cast<size_t>(*times), *count);
  }
  return counts;
}

SlurmJob slurm_job(const FlowVariables& variables) {
  SlurmJob job;
  job.number = variables("SLURM_JOB_ID").value_or("");
  if (!job) return job;
  if (!parse_int64(job.number)) {
    throw Error("SLURM_JOB_ID is '" + printable(job.number) + "', which is not a job's number");
  }
  auto need = [&](const std::string& name) {
    std::optional<std::string> value = variables(name);
    if (!value) {
      throw Error(
          fmt::format("Slurm's variable {} is not set, and SLURM_JOB_ID is; Slurm sets both "
                      "in its jobs",
                      name));
    }
    return *value;
  };
  const bool has_tasks = !variables("SLURM_NTASKS").value_or("").empty();
  const std::vector<int64_t> slots =
      parse_counts(need(has_tasks ? "SLURM_TASKS_PER_NODE" : "SLURM_JOB_CPUS_PER_NODE"));
  const std::vector<std::string> names = parse_node_list(need("SLURM_JOB_NODELIST"));
  if (slots.size() != names.size()) {
    throw Error(fmt::format("Slurm lists {} nodes, and how much {} of them have", names.size(),
                            slots.size()));
  }
  for (size_t i = 0; i < names.size(); ++i) {
    check_node(names[i]);
    job.nodes.push_back({"", names[i], 0, slots[i]});
  }
  return job;
}

}  // namespace penstock
