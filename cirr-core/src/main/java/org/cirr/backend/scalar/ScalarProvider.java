package org.cirr.backend.scalar;

import java.util.Optional;
import org.cirr.backend.Backend;
import org.cirr.backend.BackendProvider;
import org.cirr.backend.cpu.CpuBackend;

/** Offers the scalar backend, which runs everywhere. */
public final class ScalarProvider implements BackendProvider {
  /** The backend's name. */
  public static final String NAME = "scalar";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int rank() {
    return 10;
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.empty();
  }

  @Override
  public String description() {
    return "plain loops with sums in double; slow, the reference for all others";
  }

  @Override
  public Backend create() {
    return new CpuBackend(new ScalarKernels());
  }
}
