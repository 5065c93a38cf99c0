// What we write, NumPy reads; agreement_numpy.py does the reading. tests/data/io is the other direction.
#include <attn/io/write.hpp>

#include "catch.hpp"
#include "io/support.hpp"

#include <cstdlib>

using namespace attn::io;
using attn::Index;
using attn::Shape;
using attn::Tensor;

namespace {

template <class T>
void write_all(const test::Folder& folder, const std::string& name) {
  const Tensor<T> tensor(Shape{2, 3, 4});
  for (Index i = 0; i < tensor.size(); ++i) tensor.data()[i] = static_cast<T>(i) / 3;
  for (const char* extension : {".npy", ".csv", ".json", ".safetensors"})
    write_array(folder / (name + extension), tensor);
  for (const bool deflated : {false, true}) {
    attn::OutputFile file(folder / (name + (deflated ? "_deflated.npz" : "_stored.npz")));
    write_npz(file, {to_array(tensor, "weights"), to_array(tensor, "again")},
              deflated ? ZipMethod::deflated : ZipMethod::stored);
    file.commit();
  }
}

}  // namespace

TEST_CASE("agreement with NumPy: it reads what we write") {
  if (std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0) {
    WARN("skipped: /usr/bin/python3 has no NumPy");
    return;
  }
  const test::Folder folder;
  write_all<float>(folder, "f32");
  write_all<double>(folder, "f64");
  const std::string script = ATTN_TEST_DATA "/../io/agreement_numpy.py";
  CHECK(std::system(("/usr/bin/python3 '" + script + "' '" + folder.path.string() + "'").c_str()) == 0);
}
