#include "libcore/flow/watch/report_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "libcore/flow/watch/progress.h"

namespace penstock {
namespace {

// The frame and the style of the page, with {{names}} where its parts stand.
constexpr std::string_view kPage =
#include "report.html.inc"
    ;

// Of the graph and the timeline, in pixels.
constexpr int64_t kNodeWidth = 130;
constexpr int64_t kNodeHeight = 44;
constexpr int64_t kColumn = 290;
constexpr int64_t kRow = 70;
constexpr int64_t kLabelWidth = 300;
constexpr int64_t kBarWidth = 600;
constexpr int64_t kBarHeight = 22;

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string colour_of(int64_t fragment) {
  return fmt::format("hsl({} 55% 50%)", fragment * 67 % 360);
}

std::string rows_text(int64_t rows) {
  return rows == 1 ? "1 row" : short_count(static_cast<double>(rows)) + " rows";
}

std::string bytes_text(int64_t bytes) {
  return short_count(static_cast<double>(bytes)) + "B";
}

// What a worker, or all of a fragment's, have read in their first process and written in the last.
struct Moved {
  int64_t rows_in = 0;
  int64_t rows_out = 0;
  int64_t bytes_out = 0;
  double cpu_seconds = 0;
  int64_t peak_bytes = 0;
  bool is_counted = true;
};

class Page {
 public:
  explicit Page(const RunStory& story)
      : story_(story), fragments_(story.fragments), processes_(story.processes) {
    std::map<std::pair<int64_t, int64_t>, std::vector<const ProcessRecord*>> stages;
    for (const ProcessRecord& process : processes_)
      stages[{process.fragment, process.worker}].push_back(&process);
    for (const auto& [place, all] : stages) {
      Moved& worker = workers_[place.first][place.second];
      worker.rows_in = all.front()->moved.rows_in;
      worker.rows_out = all.back()->moved.rows_out;
      worker.bytes_out = all.back()->moved.bytes_out;
      worker.is_counted = all.front()->is_counted && all.back()->is_counted;
      for (const ProcessRecord* process : all) {
        worker.cpu_seconds += process->cpu_seconds;
        worker.peak_bytes += process->peak_bytes;
      }
    }
  }

  // What stands in the template under a name.
  std::string part(std::string_view name) {
    static constexpr std::pair<std::string_view, void (Page::*)()> kParts[] = {
        {"workers", &Page::add_workers},    {"flow", &Page::add_flow},
        {"outcome", &Page::add_outcome},    {"graph", &Page::add_graph},
        {"timeline", &Page::add_timeline},  {"again", &Page::add_again},
        {"fragments", &Page::add_fragments}};
    out_.clear();
    for (const auto& [part, add] : kParts) {
      if (part == name) (this->*add)();
    }
    return out_;
  }

 private:
  void add_workers() { out_ += std::to_string(story_.workers); }
  void add_flow() { out_ += escaped(story_.flow); }

  void add_outcome() {
    if (story_.outcome.status == 0) {
      add("<p>Done in {:.3f} s, {} processes.</p>\n", story_.seconds, processes_.size());
    } else {
      add("<p class=\"bad\">{}</p>\n<p>Ended after {:.3f} s with status {}.</p>\n",
          escaped(story_.outcome.message), story_.seconds, story_.outcome.status);
    }
  }

  // Fragments in columns, each to the right of those whose rows it reads.
  void add_graph() {
    std::map<int64_t, int64_t> columns;
    // Numbers follow the text, in which a `<( … )` comes behind its reader.
    for (size_t pass = 0; pass < fragments_.size(); ++pass) {
      for (const FragmentPicture& fragment : fragments_) {
        for (int64_t source : fragment.reads)
          columns[fragment.number] = std::max(columns[fragment.number], columns[source] + 1);
      }
    }
    std::map<int64_t, std::pair<int64_t, int64_t>> places;
    std::map<int64_t, int64_t> heights;
    int64_t width = 0;
    int64_t height = 0;
    for (const FragmentPicture& fragment : fragments_) {
      int64_t column = columns[fragment.number];
      places[fragment.number] = {column * kColumn, heights[column]++ * kRow};
      width = std::max(width, column * kColumn + kNodeWidth);
      height = std::max(height, heights[column] * kRow);
    }
    add("<svg width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n", width, height);
    for (const FragmentPicture& fragment : fragments_) {
      for (int64_t source : fragment.reads)
        add_edge(source, places[source], places[fragment.number]);
    }
    for (const FragmentPicture& fragment : fragments_)
      add_node(fragment, places[fragment.number]);
    out_ += "</svg>\n";
  }

  // The hosts, each of which has a lane with its name where there are several.
  int64_t count_lanes() const {
    std::set<std::string_view> hosts;
    for (const ProcessRecord& process : processes_) {
      if (!process.host.empty()) hosts.insert(process.host);
    }
    return std::ssize(hosts);
  }

  void add_timeline() {
    const double seconds = story_.seconds;
    const auto height = (std::ssize(processes_) + count_lanes()) * kBarHeight;
    add("<svg width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n", kLabelWidth + kBarWidth,
        height + 30);
    const double scale = static_cast<double>(kBarWidth) / std::max(seconds, 1e-6);
    for (int tick = 0; tick <= 4; ++tick) {
      const double at = seconds * tick / 4;
      const double x = static_cast<double>(kLabelWidth) + at * scale;
      add("<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"0\" y2=\"{1}\" stroke=\"#8886\"/>"
          "<text x=\"{0:.1f}\" y=\"{2}\" text-anchor=\"{3}\">{4:.3f} s</text>\n",
          x, height, height + 18, tick == 4 ? "end" : "middle", at);
    }
    int64_t y = 0;
    const std::string* lane = nullptr;
    for (const ProcessRecord& process : processes_) {
      bool begins_lane = !process.host.empty() && (lane == nullptr || *lane != process.host);
      if (begins_lane) {
        add("<text x=\"0\" y=\"{}\" font-weight=\"bold\">host {}</text>\n", y + 15,
            escaped(process.host));
        y += kBarHeight;
      }
      lane = &process.host;
      add_bar(process, y, scale);
      y += kBarHeight;
    }
    out_ += "</svg>\n";
  }

  void add_fragments() {
    for (const FragmentPicture& fragment : fragments_) {
      add("<h2>{}</h2>\n<pre>", escaped(fragment.heading));
      for (const std::string& stage : fragment.stages)
        add("{}{}", &stage == &fragment.stages.front() ? "" : " |\n", escaped(stage));
      out_ += "</pre>\n";
      add_workers(fragment.number);
    }
  }

  template <typename... Values>
  void add(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Values>(values)...);
  }

  Moved total_of(int64_t fragment) const {
    Moved total;
    auto workers = workers_.find(fragment);
    total.is_counted = workers != workers_.end();
    if (!total.is_counted) return total;
    for (const auto& [number, worker] : workers->second) {
      total.rows_in += worker.rows_in;
      total.rows_out += worker.rows_out;
      total.bytes_out += worker.bytes_out;
      total.cpu_seconds += worker.cpu_seconds;
      total.peak_bytes += worker.peak_bytes;
      total.is_counted &= worker.is_counted;
    }
    return total;
  }

  void add_edge(int64_t source, std::pair<int64_t, int64_t> from, std::pair<int64_t, int64_t> to) {
    const int64_t x1 = from.first + kNodeWidth;
    const int64_t y1 = from.second + kNodeHeight / 2;
    const int64_t y2 = to.second + kNodeHeight / 2;
    const int64_t middle = (x1 + to.first) / 2;
    add("<path d=\"M{} {} C{} {} {} {} {} {}\" fill=\"none\" stroke=\"currentColor\"/>\n", x1, y1,
        middle, y1, middle, y2, to.first, y2);
    const Moved moved = total_of(source);
    if (!moved.is_counted) return;
    add("<text x=\"{}\" y=\"{}\">{}, {}</text>\n", x1 + 8, y1 - 7, rows_text(moved.rows_out),
        bytes_text(moved.bytes_out));
  }

  void add_node(const FragmentPicture& fragment, std::pair<int64_t, int64_t> at) {
    const int64_t middle = at.first + kNodeWidth / 2;
    add("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\" fill=\"none\" stroke=\"{}\" "
        "stroke-width=\"2\"/>\n",
        at.first, at.second, kNodeWidth, kNodeHeight, colour_of(fragment.number));
    add("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">fragment {}</text>\n", middle,
        at.second + 19, fragment.number);
    add("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{} worker{}</text>\n", middle,
        at.second + 36, fragment.workers, fragment.workers == 1 ? "" : "s");
  }

  void add_bar(const ProcessRecord& process, int64_t y, double scale) {
    const double end = process.ended < 0 ? story_.seconds : process.ended;
    const std::string name =
        fmt::format("{}.{} {}", process.fragment, process.worker, process.programs);
    add("<text x=\"{}\" y=\"{}\" text-anchor=\"end\"{}>{}</text>\n", kLabelWidth - 8, y + 15,
        process.has_failed ? " class=\"bad\"" : "", escaped(name));
    add("<rect x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"{}\" fill=\"{}\"><title>{}: {:.3f} "
        "to {:.3f} s, {:.3f} s of CPU, {} at most</title></rect>\n",
        static_cast<double>(kLabelWidth) + process.began * scale, y + 3,
        std::max(1.0, (end - process.began) * scale), kBarHeight - 6, colour_of(process.fragment),
        escaped(name), process.began, end, process.cpu_seconds, bytes_text(process.peak_bytes));
  }

  void add_again() {
    if (story_.again.empty()) return;
    out_ +=
        "<h2>Tasks that ran again</h2>\n<table>\n<tr><th>after<th>fragment<th>task<th>attempt"
        "<th>why\n";
    for (const AgainRecord& again : story_.again) {
      add("<tr><td>{:.3f} s<td>{}<td>{}<td>{}<td>{}\n", again.at, again.fragment, again.worker,
          again.attempt,
          again.why.empty() ? "it took much longer than its peers" : escaped(again.why));
    }
    out_ += "</table>\n";
  }

  void add_workers(int64_t fragment) {
    auto workers = workers_.find(fragment);
    if (workers == workers_.end()) {
      out_ += "<p>It did not run.</p>\n";
      return;
    }
    out_ +=
        "<table>\n<tr><th>worker<th>rows in<th>to the mean<th>rows out<th>bytes out<th>CPU"
        "<th>peak memory\n";
    const double mean = static_cast<double>(total_of(fragment).rows_in) /
                        static_cast<double>(workers->second.size());
    for (const auto& [number, worker] : workers->second)
      add_worker(std::to_string(number), worker, mean);
    if (workers->second.size() > 1) {
      const Moved total = total_of(fragment);
      add_worker("all", total, static_cast<double>(total.rows_in));
    }
    out_ += "</table>\n";
  }

  void add_worker(const std::string& name, const Moved& worker, double mean) {
    add("<tr><td>{}", name);
    if (worker.is_counted) {
      const double share = mean == 0 ? 1.0 : static_cast<double>(worker.rows_in) / mean;
      add("<td>{}<td>{:.2f}<td>{}<td>{}", worker.rows_in, share, worker.rows_out, worker.bytes_out);
    } else {
      out_ += "<td><td><td><td>";
    }
    add("<td>{:.3f} s<td>{}\n", worker.cpu_seconds, bytes_text(worker.peak_bytes));
  }

  const RunStory& story_;
  const std::vector<FragmentPicture>& fragments_;
  const std::vector<ProcessRecord>& processes_;
  std::map<int64_t, std::map<int64_t, Moved>> workers_;  // by fragment and number
  std::string out_;
};

}  // namespace

std::string report_page(const RunStory& story) {
  Page page(story);
  std::string out;
  std::string_view left = kPage;
  for (size_t open = left.find("{{"); open != left.npos; open = left.find("{{")) {
    size_t close = left.find("}}", open);
    out += left.substr(0, open);
    out += page.part(left.substr(open + 2, close - open - 2));
    left.remove_prefix(close + 2);
  }
  out += left;
  return out;
}

}  // namespace penstock
