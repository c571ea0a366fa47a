package org.cirr.cuda;

import java.lang.ref.Cleaner;

/**
 * Memory on a device. It is given back when nobody holds this object any more, so that programs and
 * workspaces need not be closed; {@link #close} does it at once.
 */
final class DeviceMemory implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  /** Every piece begins at a multiple of this many bytes. */
  static final int ALIGNMENT = 256;

  private final long address;
  private final long bytes;
  private final Cleaner.Cleanable cleanable;

  /** Takes over memory that was allocated on the device. */
  DeviceMemory(Device device, long address, long bytes) {
    this.address = address;
    this.bytes = bytes;
    this.cleanable = CLEANER.register(this, () -> device.release(address));
  }

  /** Does something when nobody holds an object any more; the action must not hold it either. */
  static Cleaner.Cleanable whenUnused(Object object, Runnable action) {
    return CLEANER.register(object, action);
  }

  long address() {
    return address;
  }

  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    cleanable.clean();
  }
}
