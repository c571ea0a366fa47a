package org.cirr.backend.simd;

import java.util.Optional;
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
    return present
        ? Optional.empty()
        : Optional.of(
            "the Vector API is not there; start java with --add-modules jdk.incubator.vector");
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
