package org.cirr.cuda;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.cirr.backend.Backends;

/**
 * Measures what the card can do at most, by the kernels of {@code src/test/gpu}. In a process of
 * its own: they have run on no stand-in, and a kernel that fails takes its process's GPU with it.
 */
final class CheckPeak {
  private static final int ROUNDS = 5;
  private static final int BLOCKS = 132 * 64;

  private final Device device = new Device(new JCudaBinding(), 0);
  private final Transfer transfer;

  private CheckPeak() {
    device.use();
    transfer = device.borrowTransfer();
  }

  /** Prints a line for each peak: its name and operations or bytes per second, or why not. */
  public static void main(String[] arguments) {
    Backends.of(CudaProvider.NAME); // loads the libraries
    CheckPeak peak = new CheckPeak();
    print("float", peak, CheckPeak::single);
    print("copy", peak, CheckPeak::copy);
    print("mma", peak, CheckPeak::mma);
    print("wgmma", peak, CheckPeak::wgmma);
  }

  private static void print(String name, CheckPeak peak, ToDoubleFunction<CheckPeak> measure) {
    String value;
    try {
      value = String.format(Locale.ROOT, "%.6e", measure.applyAsDouble(peak));
    } catch (CudaException e) {
      value = "not measured: " + e.getMessage();
    }
    System.out.println("peak " + name + " " + value);
    System.out.flush();
  }

  /** What {@link #main} printed: the numbers by name. */
  static Map<String, Double> parse(String text) {
    Map<String, Double> peaks = new HashMap<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ");
      if (words.length == 3 && words[0].equals("peak")) {
        peaks.put(words[1], Double.valueOf(words[2]));
      }
    }
    return peaks;
  }

  private double mma() {
    int rounds = 200;
    double warps = BLOCKS * 8.0;
    return warps * rounds * 8 * 2 * 16 * 8 * 16 / seconds("peak", "peak_mma", BLOCKS, rounds);
  }

  private double single() {
    int rounds = 100000;
    return BLOCKS * 256.0 * rounds * 16 * 2 / seconds("peak", "peak_float", BLOCKS, rounds);
  }

  private double wgmma() {
    int blocks = 132 * 10;
    int rounds = 20000;
    double groups = blocks * 2.0;
    return groups
        * rounds
        * (4.0 * 2 * 64 * 256 * 16)
        / seconds("peak90", "peak_wgmma", blocks, rounds);
  }

  private double seconds(String file, String kernel, int blocks, int rounds) {
    device.kernel(file, kernel);
    try (DeviceMemory memory = device.allocate(4096, "a peak")) {
      Launch launch =
          Launch.of(file, kernel)
              .grid(blocks, 1, 1)
              .at(new Place(Place.Area.SLAB, 0))
              .integer(rounds);
      return median(launch, memory.address());
    }
  }

  /** Bytes read and bytes written. */
  private double copy() {
    device.kernel("peak", "peak_copy");
    long floats = 1L << 28;
    try (DeviceMemory memory = device.allocate(8 * floats, "a copy")) {
      Launch launch =
          Launch.of("peak", "peak_copy")
              .grid(1 << 16, 1, 1)
              .at(new Place(Place.Area.SLAB, 0), new Place(Place.Area.SLAB, floats))
              .number(floats / 4);
      return 8.0 * floats / median(launch, memory.address());
    }
  }

  private double median(Launch launch, long address) {
    double[] seconds = new double[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) { // the first warms up
      long start = System.nanoTime();
      launch.run(device, transfer, address, 0);
      transfer.finish();
      seconds[Math.max(0, round)] = (System.nanoTime() - start) / 1e9;
    }
    Arrays.sort(seconds);
    return seconds[ROUNDS / 2];
  }
}
