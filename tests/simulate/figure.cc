#include "tests/simulate/figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace penstock {
namespace {

constexpr double kWidth = 380;  // of a panel
constexpr double kHeight = 300;
constexpr double kLeft = 60;
constexpr double kRight = 15;
constexpr double kTop = 40;
constexpr double kBottom = 95;
constexpr std::array kColors{"#1f5fa8", "#c0392b", "#2e8b57", "#7d4fa0"};

std::string escaped(const std::string& text) {
  std::string safe;
  for (char each : text) {
    if (each == '&') {
      safe += "&amp;";
    } else if (each == '<') {
      safe += "&lt;";
    } else {
      safe += each;
    }
  }
  return safe;
}

// 1, 2 or 5 times a power of ten, of which at most five fit.
double step_for(double range) {
  const double power = std::pow(10, std::floor(std::log10(range / 5)));
  for (double factor : {1.0, 2.0, 5.0}) {
    if (power * factor * 5 >= range) return power * factor;
  }
  return power * 10;
}

class Drawing {
 public:
  Drawing(const Panel& panel, double left) : panel_(panel), left_(left) {
    double highest = 0;
    for (const Curve& curve : panel.curves) {
      for (const auto& [x, y] : curve.points) {
        most_x_ = std::max(most_x_, x);
        highest = std::max(highest, y);
      }
    }
    most_y_ = panel.most_y > 0 ? panel.most_y : highest * 1.05;
    if (most_x_ <= 0) most_x_ = 1;
    if (most_y_ <= 0) most_y_ = 1;
  }

  std::string svg() const {
    std::string text = words(left_ + kLeft, 22, "start", 14, panel_.title);
    for (double y = 0; y <= most_y_ * 1.0001; y += step_for(most_y_)) {
      text += line(kLeft, y_at(y), kWidth - kRight, y_at(y), "#dddddd");
      text += words(left_ + kLeft - 6, y_at(y) + 4, "end", 11, fmt::format("{:g}", y));
    }
    for (double x = 0; x <= most_x_ * 1.0001; x += step_for(most_x_)) {
      text += words(left_ + x_at(x), kHeight - kBottom + 16, "middle", 11, fmt::format("{:g}", x));
    }
    text += line(kLeft, y_at(0), kWidth - kRight, y_at(0), "#333333");
    text += line(kLeft, y_at(0), kLeft, kTop, "#333333");
    text += words(left_ + (kLeft + kWidth - kRight) / 2, kHeight - kBottom + 33, "middle", 12,
                  panel_.x_name);
    text += words(left_ + kLeft, kTop - 5, "start", 11, panel_.y_name);
    for (size_t i = 0; i < panel_.curves.size(); ++i)
      text += curve(panel_.curves[i], kColors[i % kColors.size()], static_cast<double>(i));
    return text;
  }

 private:
  double x_at(double x) const { return kLeft + x / most_x_ * (kWidth - kLeft - kRight); }
  double y_at(double y) const {
    return kHeight - kBottom - std::min(y / most_y_, 1.0) * (kHeight - kBottom - kTop);
  }
  std::string line(double x1, double y1, double x2, double y2, const char* color) const {
    return fmt::format(
        "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\"/>\n",
        left_ + x1, y1, left_ + x2, y2, color);
  }
  static std::string words(double x, double y, const char* anchor, int size,
                           const std::string& text) {
    return fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"{}\">{}</text>\n", x, y,
        anchor, size, escaped(text));
  }
  std::string curve(const Curve& curve, const char* color, double place) const {
    std::string points;
    for (const auto& [x, y] : curve.points)
      points += fmt::format("{:.1f},{:.1f} ", left_ + x_at(x), y_at(y));
    const double below = kHeight - kBottom + 50 + place * 15;
    return fmt::format("<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"2\" points=\"{}\"/>\n",
                       color, points) +
           line(kLeft, below - 4, kLeft + 20, below - 4, color) +
           words(left_ + kLeft + 26, below, "start", 11, curve.name);
  }

  const Panel& panel_;
  double left_;
  double most_x_ = 0;
  double most_y_ = 0;
};

}  // namespace

std::string svg_of(const std::vector<Panel>& panels) {
  const double width = kWidth * static_cast<double>(std::max<size_t>(panels.size(), 1));
  std::string text = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"sans-serif\">\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
      width, kHeight);
  for (size_t i = 0; i < panels.size(); ++i)
    text += Drawing(panels[i], kWidth * static_cast<double>(i)).svg();
  return text + "</svg>\n";
}

}  // namespace penstock
