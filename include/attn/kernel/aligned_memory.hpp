// Memory for numbers that vector instructions read and write: it begins at a cache line.
#pragma once

#include <attn/base/huge_pages.hpp>
#include <attn/base/matrix.hpp>

#include <memory>
#include <new>

namespace attn::detail {

/// `size` numbers, not initialised; larger memory in huge pages.
template <class T>
class AlignedMemory {
 public:
  AlignedMemory() = default;
  explicit AlignedMemory(Index size)
      : data_(static_cast<T*>(::operator new(static_cast<std::size_t>(size) * sizeof(T), kAlignment))) {
    ask_for_huge_pages(data_.get(), static_cast<std::size_t>(size) * sizeof(T));
  }

  T* data() const { return data_.get(); }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Delete {
    void operator()(T* data) const { ::operator delete(data, kAlignment); }
  };
  std::unique_ptr<T, Delete> data_;
};

}  // namespace attn::detail
