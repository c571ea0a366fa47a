package org.cirr.cuda;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.BackendProvider;

/**
 * Offers the CUDA backend where there is an NVIDIA GPU with a driver.
 *
 * <p>{@code cuda:1} is another GPU than number 0, {@code -Dcirr.cuda.device=1} what {@code cuda}
 * alone stands for; {@code -Dcirr.cuda.driver=FILE} names the driver's library where it is in none
 * of the usual folders.
 */
public final class CudaProvider implements BackendProvider {
  static final String NAME = "cuda";

  /** The devices of this process by number, or why there is none; looked for when first asked. */
  private static final Map<String, Probe.Result> FOUND = new ConcurrentHashMap<>();

  private final String number; // null: the one that the system property names

  /** For {@link java.util.ServiceLoader}. */
  public CudaProvider() {
    this(null);
  }

  private CudaProvider(String number) {
    this.number = number;
  }

  @Override
  public Optional<BackendProvider> on(String device) {
    return Optional.of(new CudaProvider(device));
  }

  private Probe.Result found() {
    String wanted = number != null ? number : System.getProperty(Probe.DEVICE, "0");
    return FOUND.computeIfAbsent(wanted, Probe::run);
  }

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
    Device device = found().device();
    return device == null ? Optional.of(found().reason()) : device.unusable();
  }

  @Override
  public String description() {
    return found().device().description();
  }

  @Override
  public Backend create() {
    return create(Arithmetic.FLOAT32);
  }

  @Override
  public List<Arithmetic> arithmetics() {
    return found().device().arithmetics();
  }

  @Override
  public Backend create(Arithmetic arithmetic) {
    return new CudaBackend(found().device(), arithmetic);
  }
}
