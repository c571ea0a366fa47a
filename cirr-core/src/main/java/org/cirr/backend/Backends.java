package org.cirr.backend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import org.cirr.backend.scalar.ScalarProvider;
import org.cirr.backend.simd.SimdProvider;

/**
 * Chooses a backend: by itself the best that this machine can run, or the one asked for.
 *
 * <p>When the automatic choice has to fall back to {@code scalar}, one warning per process says
 * which flag makes it fast.
 */
public final class Backends {
  /** The name that stands for the automatic choice. */
  public static final String AUTO = "auto";

  /** Ends the search where a loader fails for ever. */
  private static final int MOST_PROVIDERS = 100;

  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private Backends() {}

  /** The best backend that this machine can run, in float32. */
  public static Backend auto() {
    return best().create();
  }

  private static BackendProvider best() {
    BackendProvider best = null;
    for (BackendProvider provider : providers()) {
      if (best == null && provider.unavailable().isEmpty()) {
        best = provider;
      }
    }
    if (best.name().equals(ScalarProvider.NAME) && WARNED.compareAndSet(false, true)) {
      System.getLogger(Backends.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "cirr runs on its slow scalar backend: "
                  + new SimdProvider().unavailable().orElse(""));
    }
    return best;
  }

  /** The backend of the given name, or the best one for {@code auto}, in float32. */
  public static Backend of(String name) {
    return of(name, Arithmetic.FLOAT32);
  }

  /**
   * The backend that goes on when the one of the automatic choice fails: the best one that computes
   * on the processor. Logs one warning with the reason.
   */
  public static Backend insteadOf(Backend failed, RuntimeException reason) {
    BackendProvider simd = new SimdProvider();
    Backend backend = (simd.unavailable().isEmpty() ? simd : new ScalarProvider()).create();
    System.getLogger(Backends.class.getName())
        .log(
            System.Logger.Level.WARNING,
            "cirr goes on with backend "
                + backend.name()
                + ", as "
                + failed.name()
                + " failed: "
                + reason.getMessage());
    return backend;
  }

  /**
   * The backend of the given name, or the best one for {@code auto}. Behind the name may stand the
   * number of a device, as in {@code cuda:1}; programs of several devices live side by side.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for an unknown name, {@link
   * UnsupportedOperationException} with the reason when this machine cannot run it, or it has not
   * the arithmetic.
   */
  public static Backend of(String name, Arithmetic arithmetic) {
    BackendProvider provider = name.equals(AUTO) ? best() : named(name);
    List<Arithmetic> known = provider.arithmetics();
    if (!known.contains(arithmetic)) {
      throw new UnsupportedOperationException(
          "backend '"
              + provider.name()
              + "' cannot compute in "
              + arithmetic
              + " here; choose one of "
              + Arithmetic.list(known));
    }
    return provider.create(arithmetic);
  }

  private static BackendProvider named(String name) {
    List<String> names = new ArrayList<>(List.of(AUTO));
    String[] parts = name.split(":", 2);
    for (BackendProvider found : providers()) {
      names.add(found.name());
      if (found.name().equals(parts[0])) {
        BackendProvider provider = parts.length == 1 ? found : on(found, parts[1]);
        Optional<String> reason = provider.unavailable();
        if (reason.isPresent()) {
          throw new UnsupportedOperationException(
              "backend '" + name + "' cannot run here: " + reason.get());
        }
        return provider;
      }
    }
    throw new IllegalArgumentException(
        "there is no backend '" + name + "'; choose one of " + String.join(", ", names));
  }

  private static BackendProvider on(BackendProvider provider, String device) {
    return provider
        .on(device)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "backend '"
                        + provider.name()
                        + "' has no devices to choose from; leave out ':"
                        + device
                        + "'"));
  }

  /** All known backends, best first, and what is known of them. */
  public static List<BackendReport> report() {
    List<BackendReport> reports = new ArrayList<>();
    boolean chosen = false;
    for (BackendProvider provider : providers()) {
      Optional<String> reason = provider.unavailable();
      boolean first = reason.isEmpty() && !chosen;
      chosen |= first;
      reports.add(
          new BackendReport(
              provider.name(),
              reason.isEmpty(),
              reason.orElseGet(provider::description),
              reason.isEmpty() ? provider.arithmetics() : List.of(),
              first));
    }
    return reports;
  }

  private static List<BackendProvider> providers() {
    List<BackendProvider> providers = new ArrayList<>();
    providers.add(new SimdProvider());
    providers.add(new ScalarProvider());
    Iterator<BackendProvider> others = ServiceLoader.load(BackendProvider.class).iterator();
    for (int i = 0; i < MOST_PROVIDERS; i++) {
      try {
        if (!others.hasNext()) {
          break;
        }
        providers.add(others.next());
      } catch (ServiceConfigurationError e) { // one broken jar must not take the others down
        providers.add(new BrokenProvider(e));
      }
    }
    providers.sort(Comparator.comparingInt(BackendProvider::rank).reversed());
    return providers;
  }

  /** A provider that could not be loaded: listed with the reason, never chosen. */
  private record BrokenProvider(ServiceConfigurationError error) implements BackendProvider {
    @Override
    public String name() {
      return "unknown";
    }

    @Override
    public int rank() {
      return Integer.MIN_VALUE;
    }

    @Override
    public Optional<String> unavailable() {
      return Optional.of(
          "a backend on the class path cannot be loaded; remove or update its jar ("
              + error.getMessage()
              + ")");
    }

    @Override
    public String description() {
      throw new IllegalStateException("not available");
    }

    @Override
    public Backend create() {
      throw new IllegalStateException("not available");
    }
  }
}
