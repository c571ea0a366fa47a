package org.cirr.backend.simd;

import java.util.Optional;
import java.util.Set;
import org.cirr.backend.Backend;
import org.cirr.backend.BackendProvider;
import org.cirr.backend.cpu.CpuBackend;

/**
 * Offers the SIMD backend where the Vector API is.
 *
 * <p>No class that touches {@code jdk.incubator.vector} may be initialised before {@link
 * #unavailable()} has said that it is there; so the check looks at the module layers only.
 */
public final class SimdProvider implements BackendProvider {
  /** The backend's name. */
  public static final String NAME = "simd";

  /** The system property that forces a vector width; see {@link Lanes}. */
  static final String BITS = "cirr.simd.bits";

  private static final Set<String> WIDTHS = Set.of("0", "128", "256", "512");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int rank() {
    return 20;
  }

  @Override
  public Optional<String> unavailable() {
    ModuleLayer layer = SimdProvider.class.getModule().getLayer();
    boolean present =
        (layer != null && layer.findModule("jdk.incubator.vector").isPresent())
            || ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    if (!present) {
      return Optional.of(
          "the Vector API is not there; start java with --add-modules jdk.incubator.vector");
    }
    String bits = System.getProperty(BITS, "0");
    return WIDTHS.contains(bits)
        ? Optional.empty()
        : Optional.of("-D" + BITS + " must be 128, 256 or 512 (or absent), got '" + bits + "'");
  }

  @Override
  public String description() {
    return Lanes.COUNT * 32 + "-bit vectors (" + Lanes.COUNT + " floats)";
  }

  @Override
  public Backend create() {
    return new CpuBackend(new SimdKernels());
  }
}
