package org.cirr.backend;

import java.util.List;

/** STAND-IN: the backends of this machine. */
public final class Backends {
  private Backends() {}

  /** STAND-IN: one line per backend. */
  public static List<BackendReport> report() {
    boolean vector = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return List.of(
        new BackendReport("scalar", true, "plain loops", !vector),
        new BackendReport(
            "simd",
            vector,
            vector ? "jdk.incubator.vector" : "start Java with --add-modules jdk.incubator.vector",
            vector));
  }
}
