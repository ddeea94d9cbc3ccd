// Lends objects and takes them back, so that large ones keep their memory from one use to the next.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace penstock {

// Threads: take() and the return of a Lease may happen in any thread. A Lease may outlive the
// list's last shared owner; then its object is freed.
template <typename T>
class FreeList : public std::enable_shared_from_this<FreeList<T>> {
 public:
  // Exclusive use of one object, which it returns to the list on destruction.
  class Lease {
   public:
    Lease() = default;
    Lease(std::shared_ptr<FreeList> list, std::unique_ptr<T> object)
        : list_(std::move(list)), object_(std::move(object)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&& other) noexcept {
      std::swap(list_, other.list_);
      std::swap(object_, other.object_);
      return *this;
    }
    ~Lease() {
      if (object_) list_->give_back(std::move(object_));
    }
    T& operator*() const { return *object_; }
    T* operator->() const { return object_.get(); }

   private:
    std::shared_ptr<FreeList> list_;
    std::unique_ptr<T> object_;
  };

  // Returns an object that was used before, as its last user left it, or a new one. REQUIRES a list
  // that a shared_ptr owns.
  Lease take() {
    std::unique_ptr<T> object;
    {
      std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        object = std::move(free_.back());
        free_.pop_back();
      }
    }
    if (!object) object = std::make_unique<T>();
    return Lease(this->shared_from_this(), std::move(object));
  }

 private:
  void give_back(std::unique_ptr<T> object) {
    std::lock_guard lock(mutex_);
    free_.push_back(std::move(object));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> free_;
};

}  // namespace penstock
