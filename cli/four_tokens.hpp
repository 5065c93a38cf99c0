// What attn explain explains where there is no other input: four tokens, eight numbers each, that attend to each other
// (q = k = v).
//
// The numbers are what PyTorch 1.13 gives for  torch.manual_seed(0); torch.randn(1, 4, 8).
#pragma once

#include <attn/base/matrix.hpp>

#include <string>
#include <vector>

inline std::vector<std::string> four_tokens() { return {"machine", "learning", "is", "fascinating"}; }

inline attn::Matrix<float> four_embeddings() {
  attn::Matrix<float> x(4, 8);  // [N x dk]
  x << -1.12583983f, -1.1523602f, -0.250578582f, -0.433878809f, 0.848710358f, 0.692009151f, -0.31601277f, -2.11521935f,
      0.322274923f, -1.26333475f, 0.349983186f, 0.30813393f, 0.119841509f, 1.2376579f, 1.11677718f, -0.247278154f,   //
      -1.35265374f, -1.6959312f, 0.566650629f, 0.793508351f, 0.598839462f, -1.55509508f, -0.34136039f, 1.85300612f,  //
      0.750189483f, -0.585497558f, -0.173396751f, 0.183477938f, 1.38936615f, 1.58633423f, 0.946298361f, -0.843676746f;
  return x;
}
