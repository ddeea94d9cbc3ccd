#include "libcore/expr/functions/manual.h"

#include <cctype>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/suggest.h"
#include "libcore/expr/aggregates.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/functions/letter_case.h"
#include "libcore/expr/functions/other_names.h"
#include "libcore/expr/window/functions.h"

namespace penstock {
namespace {

constexpr std::string_view kOfAggregates = "Aggregates (pagg only)";
constexpr std::string_view kOfWindows = "Window functions (pagg --window only)";

std::string lower_of(std::string_view text) {
  std::string result;
  append_lower(result, text);
  return result;
}

struct Entry {
  std::string_view subject;
  std::string_view name;
  std::string_view signature;
  std::string_view summary;
  std::string_view nulls;
  std::string_view example;

  bool has(std::string_view lower_word) const {
    for (std::string_view text : {subject, name, summary}) {
      if (lower_of(text).find(lower_word) != std::string::npos) return true;
    }
    return false;
  }
};

std::vector<Entry> all_entries() {
  std::vector<Entry> entries;
  for (const FunctionFamily& family : function_families()) {
    for (const Function& function : family.functions) {
      entries.push_back({family.subject, function.name, function.signature, function.summary,
                         function.nulls, function.example});
    }
  }
  for (const AggregateFunction& function : aggregate_functions()) {
    entries.push_back(
        {kOfAggregates, function.name, function.signature, function.summary, {}, function.example});
  }
  for (const WindowFunction& function : window_functions()) {
    entries.push_back({kOfWindows, function.name, function.signature, function.summary,
                       function.nulls, function.example});
  }
  return entries;
}

// Operators stand beside their operands' types, and functions before them.
void append_entry(const Entry& entry, std::string& out) {
  const bool word = std::isalpha(static_cast<unsigned char>(entry.name[0])) != 0 &&
                    entry.name.find(' ') == std::string_view::npos;
  out += "  " + std::string(entry.name) + (word ? "" : " ") + std::string(entry.signature) + "\n";
  out += "      " + std::string(entry.summary) + "\n";
  if (!entry.nulls.empty()) out += "      nulls: " + std::string(entry.nulls) + "\n";
  out += "      " + std::string(entry.example) + "\n";
}

}  // namespace

std::string functions_manual(std::string_view word) {
  const std::vector<Entry> entries = all_entries();
  const std::string wanted = lower_of(word);
  const OtherName* other = find_other_name(wanted);
  std::string out;
  std::string_view subject;
  for (const Entry& entry : entries) {
    const bool meant = other != nullptr && entry.name == other->ours;
    if (!meant && !entry.has(wanted)) continue;
    if (entry.subject != subject) {
      out += (out.empty() ? "" : "\n") + std::string(entry.subject) + "\n";
      subject = entry.subject;
    }
    append_entry(entry, out);
  }
  if (!out.empty()) return out;
  if (other != nullptr) return "  " + std::string(word) + ": " + std::string(other->instead) + "\n";
  std::vector<std::string> names;
  for (const Entry& entry : entries)
    names.emplace_back(entry.name);
  throw Error("no function has to do with '" + std::string(word) + "'" +
              did_you_mean(wanted, names));
}

}  // namespace penstock
