package org.cirr.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Feeds mutated files to a reader and checks that only documented exceptions come out, that every
 * one says something, that no input takes more than two seconds, and that the memory taken stays
 * under {@code fixed + factor × bytes}, where the bytes are the file's length or, for gzip, what
 * the file really unpacks to.
 *
 * <pre>FuzzRun.of("npy", List.of(good1, good2), bytes -> Npy.read(source(bytes))).run();</pre>
 *
 * <p>The number of inputs is {@code -Dcirr.fuzz=N} (default 100 000), the seed {@code
 * -Dcirr.fuzz.seed=S}. A bad input is kept as {@code target/fuzz/NAME-NUMBER.bin}.
 */
public final class FuzzRun {
  /** Reads a file from memory; whatever it returns is thrown away. */
  @FunctionalInterface
  public interface Reader {
    /** Reads the file. */
    void read(byte[] file) throws Exception;
  }

  private static final long SLOW_NANOS = 2_000_000_000L;
  private static final long HANG_NANOS = 20_000_000_000L;

  private final String name;
  private final List<byte[]> seeds;
  private final Reader reader;
  private final List<Class<? extends Exception>> allowed = new ArrayList<>();
  private int inputs = Integer.getInteger("cirr.fuzz", 100_000);
  private long seed = Long.getLong("cirr.fuzz.seed", 20260101L);
  private long fixedBytes = 1 << 20;
  private long factor = 64;

  private final AtomicLong startedAt = new AtomicLong();
  private volatile long number;
  private volatile Throwable failure;
  private long read;
  private long refused;
  private long slowestNanos;
  private long largestBytes;
  private final Map<String, Long> refusals = new TreeMap<>();

  private FuzzRun(String name, List<byte[]> seeds, Reader reader) {
    this.name = name;
    this.seeds = seeds;
    this.reader = reader;
    allowed.add(IOException.class);
  }

  /**
   * A run over mutations of the given good files; {@link IOException} is the documented refusal.
   */
  public static FuzzRun of(String name, List<byte[]> seeds, Reader reader) {
    return new FuzzRun(name, seeds, reader);
  }

  /** Documents one more exception. */
  public FuzzRun allowing(Class<? extends Exception> exception) {
    allowed.add(exception);
    return this;
  }

  /** Sets the number of inputs, whatever {@code -Dcirr.fuzz} says. */
  public FuzzRun inputs(int count) {
    inputs = count;
    return this;
  }

  /** Sets the memory that one input may take: {@code fixed + factor × true bytes}. */
  public FuzzRun memory(long fixed, long perByte) {
    fixedBytes = fixed;
    factor = perByte;
    return this;
  }

  /**
   * Runs all inputs.
   *
   * @return one line with what happened, also printed
   */
  public String run() {
    Thread worker = new Thread(this::runAll, "fuzz-" + name);
    worker.setDaemon(true);
    worker.start();
    long begin = System.nanoTime();
    try {
      while (worker.isAlive()) {
        worker.join(200);
        long since = startedAt.get();
        if (since != 0 && System.nanoTime() - since > HANG_NANOS) {
          String where = Arrays.toString(worker.getStackTrace()).replace(", ", "\n  ");
          throw new AssertionError(
              keep(new Mutator(seed, seeds).mutated(number)) + " hangs at\n  " + where);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    if (failure != null) {
      throw new AssertionError(failure.getMessage(), failure);
    }
    if (inputs >= 1000 && (read == 0 || refused == 0)) {
      throw new AssertionError(
          name + ": " + read + " read and " + refused + " refused; the run tests nothing");
    }
    String line =
        String.format(
            "fuzz %s: %,d inputs (seed %d) in %.1f s, %,d read, %,d refused in %d ways, slowest %d"
                + " ms, largest %,d bytes",
            name,
            inputs,
            seed,
            (System.nanoTime() - begin) * 1e-9,
            read,
            refused,
            refusals.size(),
            slowestNanos / 1_000_000,
            largestBytes);
    System.out.println(line);
    if (Boolean.getBoolean("cirr.fuzz.verbose")) {
      refusals.forEach((text, count) -> System.out.printf("  %,8d %s%n", count, text));
    }
    return line;
  }

  private void runAll() {
    try {
      Mutator mutator = new Mutator(seed, seeds);
      for (byte[] file : seeds) {
        reader.read(file); // a good file is read; and classes are loaded before memory is counted
      }
      for (long i = 0; i < inputs; i++) {
        number = i;
        byte[] file = mutator.mutated(i);
        if (!isGood(file, false)) {
          isGood(file, true); // once more: a pause of the machine is not a slow reader
        }
      }
    } catch (Throwable e) {
      failure = e;
    }
  }

  /** Reads one input; false when it was too slow or took too much, and may be tried once more. */
  private boolean isGood(byte[] file, boolean last) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytesBefore = threads.getCurrentThreadAllocatedBytes();
    long begin = System.nanoTime();
    startedAt.set(begin);
    Throwable thrown = null;
    try {
      reader.read(file);
    } catch (Throwable e) {
      thrown = e;
    }
    startedAt.set(0);
    long nanos = System.nanoTime() - begin;
    long bytes = threads.getCurrentThreadAllocatedBytes() - bytesBefore;
    judge(file, thrown);
    String complaint = null;
    if (nanos > SLOW_NANOS) {
      complaint = " took " + nanos / 1_000_000 + " ms; the limit is 2 s";
    } else if (bytes > fixedBytes + factor * file.length && bytes > limit(file)) {
      complaint = " took " + bytes + " bytes of memory; the limit is " + limit(file);
    }
    if (complaint != null && last) {
      throw new AssertionError(keep(file) + complaint, thrown);
    }
    slowestNanos = Math.max(slowestNanos, nanos);
    largestBytes = Math.max(largestBytes, bytes);
    return complaint == null;
  }

  private long limit(byte[] file) {
    int unpacked = Mutator.isGzip(file) ? Mutator.gunzip(file).length : 0;
    return fixedBytes + factor * Math.max(file.length, unpacked);
  }

  private void judge(byte[] file, Throwable thrown) {
    if (thrown == null) {
      read++;
      return;
    }
    refused++;
    if (allowed.stream().noneMatch(type -> type.isInstance(thrown))) {
      throw new AssertionError(keep(file) + " ends in " + thrown, thrown);
    }
    String message = thrown.getMessage();
    if (message == null || message.isBlank()) {
      throw new AssertionError(keep(file) + " is refused without a word by " + thrown, thrown);
    }
    String kind =
        message.replaceAll("(?s)'.*?'", "'…'").replaceAll("[-+]?[0-9][-+.,0-9Ee×x]*", "#");
    refusals.merge(kind.length() > 160 ? kind.substring(0, 160) : kind, 1L, Long::sum);
    if (refusals.size() > 5000) {
      refusals.clear();
    }
  }

  private String keep(byte[] file) {
    Path path = Path.of("target", "fuzz", name.replaceAll("\\W+", "-") + "-" + number + ".bin");
    try {
      Files.createDirectories(path.getParent());
      Files.write(path, file);
    } catch (IOException e) {
      return name + " input " + number + " (seed " + seed + ", could not be kept: " + e + ")";
    }
    return name + " input " + number + " (seed " + seed + ", kept as " + path + ")";
  }
}
