package org.cirr.cuda;

import java.util.List;
import java.util.Optional;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.BackendProvider;

/**
 * Offers the CUDA backend where there is an NVIDIA GPU with a driver.
 *
 * <p>{@code -Dcirr.cuda.device=1} takes another GPU than number 0; {@code -Dcirr.cuda.driver=FILE}
 * names the driver's library where it is in none of the usual folders.
 */
public final class CudaProvider implements BackendProvider {
  static final String NAME = "cuda";

  /** The one device of this process, or why there is none; looked for when first asked. */
  private static final class Found {
    static final Probe.Result RESULT = Probe.run();
  }

  /** For {@link java.util.ServiceLoader}. */
  public CudaProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int rank() {
    return 30;
  }

  @Override
  public Optional<String> unavailable() {
    Device device = Found.RESULT.device();
    return device == null ? Optional.of(Found.RESULT.reason()) : device.unusable();
  }

  @Override
  public String description() {
    return Found.RESULT.device().description();
  }

  @Override
  public Backend create() {
    return create(Arithmetic.FLOAT32);
  }

  @Override
  public List<Arithmetic> arithmetics() {
    return Found.RESULT.device().arithmetics();
  }

  @Override
  public Backend create(Arithmetic arithmetic) {
    return new CudaBackend(Found.RESULT.device(), arithmetic);
  }
}
