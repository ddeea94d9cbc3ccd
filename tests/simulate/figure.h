// Curves as a picture, in SVG.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace penstock {

struct Curve {
  std::string name;
  std::vector<std::pair<double, double>> points;  // finite; by rising x
};

// Curves over the same x. Texts stand in the picture as they are given.
struct Panel {
  std::string title;
  std::string x_name;
  std::string y_name;
  double most_y = 0;  // higher points are drawn at the upper edge; 0: as high as the highest
  std::vector<Curve> curves;
};

// Returns the text of an SVG picture of the panels, side by side.
std::string svg_of(const std::vector<Panel>& panels);

}  // namespace penstock
