// Memory of a device: where weights, activations, keys and values lie. Its addresses are plain
// pointers; only where it is the host's may this process read or write through them, elsewhere they
// are for the device's own operations and for Upload and Download. One caller at a time.
#pragma once

#include <cstddef>
#include <cstdint>

namespace model_core {

class Memory {
 public:
  virtual ~Memory() = default;

  virtual bool is_host() const = 0;
  // Bytes that Take can still give, as far as the device knows. Of the host's own memory the system
  // knows (engine/machine_memory.h): there it is the largest number.
  virtual size_t available() const = 0;
  // Zeros, aligned to a page. Null: there is no more, whatever `available` says.
  virtual uint8_t* Take(size_t bytes) = 0;
  // What Take gave, with the same size.
  virtual void Give(uint8_t* taken, size_t bytes) = 0;
  // Copies. Whatever was issued to the device before has been done when they return.
  virtual void Upload(void* to, const void* from, size_t bytes) = 0;
  virtual void Download(void* to, const void* from, size_t bytes) = 0;
};

// This process's own, on huge pages where the system has them. Thread-safe.
Memory& HostMemory();

}  // namespace model_core
