package org.cirr.backend;

/**
 * A device beside the processor, such as a GPU, failed or has too little memory. The work can be
 * done again on the processor; who left the choice of the backend to cirr gets that.
 */
public class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean lost;

  /**
   * A failure.
   *
   * @param lost whether this process cannot use the device any more
   * @param cause may be null
   */
  public DeviceException(String message, boolean lost, Throwable cause) {
    super(message, cause);
    this.lost = lost;
  }

  /** Whether this process cannot use the device any more. */
  public boolean lost() {
    return lost;
  }
}
