// Attention with its weights in oneDNN: matmul, softmax, matmul, as three primitives over all 12 heads at once.
//
//   attn_bench_onednn weights_reused|weights_fresh N THREADS      prints the same line as attn_bench_kernel
//
// K is transposed by its strides, 1/√64 is folded into the first product, the softmax works in place. The primitives
// are made once and aren't counted. Tried, and no faster: a head at a time, K and V in the layout that oneDNN likes
// best, q scaled beforehand. For weights_fresh oneDNN allocates the memory of the results itself, each time.
#include "measure.hpp"

#include <dnnl.hpp>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace {

using attn::Index;
using namespace attn::bench;
using dnnl::memory;

constexpr Index kHeads = 12;

memory::desc heads_of(memory::dims shape, memory::dims strides) {
  return memory::desc(std::move(shape), memory::data_type::f32, std::move(strides));
}

class Attention {
 public:
  explicit Attention(Input<float>& input) : N_(input.N) {
    q_ = memory(rows_, engine_, input.q.data());
    k_ = memory(columns_, engine_, input.k.data());
    v_ = memory(rows_, engine_, input.v.data());
    dnnl::primitive_attr scaled;
    scaled.set_output_scales(0, {0.125f});
    scores_ = dnnl::matmul({{rows_, columns_, map_}, scaled, engine_});
    softmax_ = dnnl::softmax_forward({{dnnl::prop_kind::forward_inference, map_, 2}, engine_});
    mix_ = dnnl::matmul({{map_, rows_, rows_}, engine_});
    allocate();
  }

  /// Gives the results' memory back and takes new.
  void allocate() {
    weights_ = memory(), output_ = memory();
    weights_ = memory(map_, engine_), output_ = memory(rows_, engine_);
  }

  void run() {
    scores_.execute(stream_, {{DNNL_ARG_SRC, q_}, {DNNL_ARG_WEIGHTS, k_}, {DNNL_ARG_DST, weights_}});
    softmax_.execute(stream_, {{DNNL_ARG_SRC, weights_}, {DNNL_ARG_DST, weights_}});
    mix_.execute(stream_, {{DNNL_ARG_SRC, weights_}, {DNNL_ARG_WEIGHTS, v_}, {DNNL_ARG_DST, output_}});
    stream_.wait();
  }

  const float* output() const { return static_cast<const float*>(output_.get_data_handle()); }
  const float* weights() const { return static_cast<const float*>(weights_.get_data_handle()); }

 private:
  Index N_;
  memory::desc rows_ = heads_of({kHeads, N_, kWidth}, {N_ * kWidth, kWidth, 1});
  memory::desc columns_ = heads_of({kHeads, kWidth, N_}, {N_ * kWidth, 1, kWidth});  // K transposed
  memory::desc map_ = heads_of({kHeads, N_, N_}, {N_ * N_, N_, 1});
  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  memory q_, k_, v_, weights_, output_;
  dnnl::matmul scores_, mix_;
  dnnl::softmax_forward softmax_;
};

void run(const std::string& what, Index N) {
  if (what != "weights_reused" && what != "weights_fresh") throw std::invalid_argument("no such case: " + what);
  Input<float> input(kHeads, N);
  Attention attention(input);
  const Times times = measure(
      [&] {
        if (what == "weights_fresh") attention.allocate();
        attention.run();
      },
      [&] { check_attention_rows(input, attention.output(), attention.weights()); });
  print_times(times, 4.0 * double(kHeads) * double(N) * double(N) * double(kWidth));
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) throw std::invalid_argument("usage: attn_bench_onednn weights_reused|weights_fresh N THREADS");
#ifdef _OPENMP
  omp_set_num_threads(std::stoi(argv[3]));
#endif
  run(argv[1], std::stol(argv[2]));
} catch (const std::exception& e) {
  std::fprintf(stderr, "attn_bench_onednn: %s\n", e.what());
  return 1;
}
