#include "libcore/flow/plan/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/suggest.h"
#include "libcore/data/json_writer.h"
#include "libcore/flow/plan/edge_words.h"

namespace penstock {
namespace {

using Line = std::vector<PlanWord>;

// The edge that a fragment begins with, and its stages.
std::vector<Line> lines_of(const PlanFragment& fragment) {
  std::vector<Line> lines;
  if (fragment.edge) {
    Line& line = lines.emplace_back();
    for (std::string& word : words_of(*fragment.edge))
      line.push_back({std::move(word)});
  }
  for (const PlanStage& stage : fragment.stages)
    lines.push_back(stage.words());
  return lines;
}

// What each worker of a scan of files of hosts reads: the files, the part, and of how many.
void add_shares(JsonWriter& json, const PlanFragment& fragment) {
  if (fragment.shares.empty()) return;
  json.key("reads");
  json.open('[');
  for (const ScanShare& share : fragment.shares) {
    json.open('[');
    for (size_t input : share.inputs)
      json.text(fragment.stages[0].stage->inputs()[input].file);
    json.word(std::to_string(share.part));
    json.word(std::to_string(share.parts));
    json.close(']');
  }
  json.close(']');
}

const char* way_of(Edge::Medium medium) {
  switch (medium) {
    case Edge::Medium::kNetwork:
      return " over the network";
    case Edge::Medium::kFile:
      return " by files";
    case Edge::Medium::kPipe:
    case Edge::Medium::kStream:
      break;
  }
  return "";
}

// A file's name may hold anything, also a line's end, which would end the comment.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

std::string dot_text(const std::string& text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '\n') {
      quoted += "\\l";
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

class Explainer {
 public:
  explicit Explainer(const std::vector<PlanStatement>& statements) : statements_(statements) {
    for (const PlanStatement& statement : statements) {
      append_fragments(statement.pipeline, fragments_);
      are_tasks_.resize(fragments_.size(), statement.is_over_files);
    }
  }

  std::string text(int64_t workers) {
    const bool all_tasks = statements_.front().is_over_files && statements_.front().reason.empty();
    std::string out = fmt::format("# pflow {}{}\n", all_tasks ? "--tasks=" : "-n ", workers);
    for (const PlanStatement& statement : statements_) {
      if (!statement.reason.empty()) {
        out += fmt::format("# statement {}, {}: {}\n", &statement - statements_.data() + 1,
                           statement.is_over_files ? "over files" : "through pipes",
                           one_line(statement.reason));
      }
      add_pipeline(out, statement.pipeline, "");
      if (statement.output) out += " > " + shell_quoted(*statement.output);
      out += '\n';
    }
    return out;
  }

  std::vector<FragmentPicture> pictures() {
    std::vector<FragmentPicture> pictures;
    for (const PlanFragment* fragment : fragments_) {
      FragmentPicture picture;
      picture.number = number_of(*fragment);
      picture.workers = fragment->workers;
      picture.heading = heading(*fragment);
      for (const Line& line : lines_of(*fragment))
        picture.stages.push_back(short_words(line));
      pictures.push_back(std::move(picture));
    }
    for (const PlanStatement& statement : statements_)
      add_edges(pictures, statement.pipeline);
    return pictures;
  }

  std::string dot() {
    std::string out = "digraph flow {\n  node [shape=box];\n";
    std::string edges;
    for (const FragmentPicture& fragment : pictures()) {
      std::string label = fragment.heading + "\n";
      for (const std::string& stage : fragment.stages)
        label += stage + "\n";
      out += fmt::format("  f{} [label={}];\n", fragment.number, dot_text(label));
      for (int64_t source : fragment.reads)
        edges += fmt::format("  f{} -> f{};\n", source, fragment.number);
    }
    return out + edges + "}\n";
  }

  std::string json(int64_t workers) {
    JsonWriter json;
    json.open('{');
    json.member("workers", workers);
    json.key("fragments");
    json.open('[');
    for (const PlanFragment* fragment : fragments_)
      add_fragment(json, *fragment);
    json.close(']');
    json.key("statements");
    json.open('[');
    for (const PlanStatement& statement : statements_) {
      json.open('{');
      add_numbers(json, statement.pipeline);
      if (!statement.reason.empty()) {
        json.member("over_files", statement.is_over_files);
        json.member("reason", std::string_view(statement.reason));
      }
      if (statement.output) json.member("output", std::string_view(*statement.output));
      json.close('}');
    }
    json.close(']');
    json.close('}');
    return json.take() + "\n";
  }

 private:
  int64_t number_of(const PlanFragment& fragment) const {
    return std::find(fragments_.begin(), fragments_.end(), &fragment) - fragments_.begin() + 1;
  }

  std::string heading(const PlanFragment& fragment) const {
    bool one = fragment.workers == 1;
    const int64_t number = number_of(fragment);
    std::string text = fmt::format("fragment {}, {} {}{}{}", number, fragment.workers,
                                   are_tasks_[static_cast<size_t>(number) - 1] ? "task" : "worker",
                                   one ? "" : "s", places(fragment));
    if (fragment.edge) {
      return fmt::format("{}, exchange{}: {}", text, way_of(fragment.edge->medium),
                         fragment.edge->reason);
    }
    return one && fragment.reason.empty() ? text : text + ": " + fragment.reason;
  }

  // Which workers run on which host, as in " (1 3 on a, 2 on b)"; nothing where there is only this
  // host.
  std::string places(const PlanFragment& fragment) const {
    const std::vector<PlanHost>& hosts = statements_.front().hosts;
    if (hosts.size() < 2) return {};
    if (statements_.front().runs_anywhere(fragment)) return " (on any host)";
    std::vector<std::string> each;
    for (size_t host = 0; host < hosts.size(); ++host) {
      std::vector<size_t> workers;
      for (size_t i = 0; i < fragment.hosts.size(); ++i) {
        if (fragment.hosts[i] == host) workers.push_back(i + 1);
      }
      if (workers.empty()) continue;
      bool is_only = workers.size() == fragment.hosts.size();
      std::string which = is_only ? "" : fmt::format("{} ", fmt::join(workers, " "));
      each.push_back(which + (host == kThisHost ? "here" : "on " + hosts[host].name));
    }
    return fmt::format(" ({})", fmt::join(each, ", "));
  }

  void add_pipeline(std::string& out, const PlanPipeline& pipeline, const std::string& indent) {
    for (const PlanFragment& fragment : pipeline.fragments) {
      out += indent + "# " + one_line(heading(fragment)) + "\n";
      const std::vector<Line> lines = lines_of(fragment);
      for (const Line& line : lines) {
        out += indent;
        add_line(out, line, indent);
        bool last = &line == &lines.back() && &fragment == &pipeline.fragments.back();
        if (!last) out += " |\n";
      }
    }
  }

  void add_line(std::string& out, const Line& line, const std::string& indent) {
    for (const PlanWord& word : line) {
      if (&word != &line.front()) out += ' ';
      if (word.input == nullptr) {
        out += quoted(line, word);
        continue;
      }
      out += "<(\n";
      add_pipeline(out, *word.input, indent + "  ");
      out += "\n" + indent + ")";
    }
  }

  static std::string quoted(const Line& line, const PlanWord& word) {
    bool is_command = &word == &line.front();
    return is_command ? shell_quoted_command(word.text) : shell_quoted(word.text);
  }

  std::string short_words(const Line& line) const {
    std::string text;
    for (const PlanWord& word : line) {
      if (!text.empty()) text += ' ';
      text += word.input == nullptr
                  ? quoted(line, word)
                  : fmt::format("<(fragment {})", number_of(word.input->fragments.back()));
    }
    return text;
  }

  void add_edges(std::vector<FragmentPicture>& pictures, const PlanPipeline& pipeline) const {
    const PlanFragment* before = nullptr;
    for (const PlanFragment& fragment : pipeline.fragments) {
      std::vector<int64_t>& reads = pictures[static_cast<size_t>(number_of(fragment) - 1)].reads;
      if (before != nullptr) reads.push_back(number_of(*before));
      before = &fragment;
      for (const PlanStage& stage : fragment.stages) {
        for (const auto& [number, input] : stage.pipelines) {
          reads.push_back(number_of(input->fragments.back()));
          add_edges(pictures, *input);
        }
      }
    }
  }

  void add_fragment(JsonWriter& json, const PlanFragment& fragment) {
    json.open('{');
    json.member("fragment", number_of(fragment));
    json.member("workers", fragment.workers);
    if (fragment.chunks != 0) json.member("chunks", fragment.chunks);
    json.member("reason", std::string_view(fragment.reason));
    if (fragment.edge) json.member("exchange", std::string_view(fragment.edge->reason));
    add_places(json, fragment);
    json.key("stages");
    json.open('[');
    for (const Line& line : lines_of(fragment)) {
      json.open('[');
      for (const PlanWord& word : line) {
        if (word.input == nullptr) {
          json.text(word.text);
          continue;
        }
        json.open('{');
        add_numbers(json, *word.input);
        json.close('}');
      }
      json.close(']');
    }
    json.close(']');
    json.close('}');
  }

  // The host of each worker, and whether rows come to them from other hosts.
  void add_places(JsonWriter& json, const PlanFragment& fragment) const {
    const std::vector<PlanHost>& hosts = statements_.front().hosts;
    if (hosts.size() < 2) return;
    json.key("hosts");
    json.open('[');
    if (statements_.front().runs_anywhere(fragment)) {
      for (const PlanHost& host : hosts) {
        if (host.slots > 0) json.text(host.name);
      }
    } else {
      for (size_t host : fragment.hosts)
        json.text(hosts[host].name);
    }
    json.close(']');
    add_shares(json, fragment);
    if (fragment.edge) {
      json.key("network");
      json.word(fragment.edge->medium == Edge::Medium::kNetwork ? "true" : "false");
    }
  }

  void add_numbers(JsonWriter& json, const PlanPipeline& pipeline) {
    json.key("fragments");
    json.open('[');
    for (const PlanFragment& fragment : pipeline.fragments)
      json.word(std::to_string(number_of(fragment)));
    json.close(']');
  }

  const std::vector<PlanStatement>& statements_;
  std::vector<const PlanFragment*> fragments_;
  std::vector<bool> are_tasks_;  // the workers of each fragment
};

}  // namespace

ExplainForm parse_explain_form(const std::string& word) {
  if (word == "text") return ExplainForm::kText;
  if (word == "dot") return ExplainForm::kDot;
  if (word == "json") return ExplainForm::kJson;
  std::vector<std::string> words{"text", "dot", "json"};
  throw Error::usage("'" + word + "' is not text, dot or json" + did_you_mean(word, words));
}

std::vector<FragmentPicture> fragment_pictures(const std::vector<PlanStatement>& statements) {
  return Explainer(statements).pictures();
}

void append_fragments(const PlanPipeline& pipeline, std::vector<const PlanFragment*>& fragments) {
  for (const PlanFragment& fragment : pipeline.fragments) {
    fragments.push_back(&fragment);
    for (const PlanStage& stage : fragment.stages) {
      for (const auto& [number, input] : stage.pipelines)
        append_fragments(*input, fragments);
    }
  }
}

std::string explain(const std::vector<PlanStatement>& statements, int64_t workers,
                    ExplainForm form) {
  Explainer explainer(statements);
  if (form == ExplainForm::kDot) return explainer.dot();
  if (form == ExplainForm::kJson) return explainer.json(workers);
  return explainer.text(workers);
}

}  // namespace penstock
