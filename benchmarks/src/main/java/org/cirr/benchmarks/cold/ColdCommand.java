package org.cirr.benchmarks.cold;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cirr.benchmarks.machine.Machine;
import org.cirr.io.image.ImageFile;
import org.cirr.nn.segment.SegmentOptions;
import org.cirr.nn.segment.Segmenter;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Times the first masks of a fresh process, the JIT's warm-up included. */
@Command(
    name = "cold",
    mixinStandardHelpOptions = true,
    description =
        "Opens a model in a fresh Java process and segments a scan a few times; prints the seconds"
            + " of each step. The first mask has the JIT's warm-up in it.")
public final class ColdCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "nnU-Net model folder")
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "SCAN",
      description = "a scan, one file per channel")
  private List<Path> scans;

  @Option(names = "--masks", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int masks = 3;

  @Option(names = "--threads", paramLabel = "N", description = "Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  private final PrintStream out = System.out;

  @Override
  public Integer call() throws IOException {
    double started = ManagementFactory.getRuntimeMXBean().getUptime() * 1e-3;
    long begin = System.nanoTime();
    Segmenter segmenter = Segmenter.open(model, SegmentOptions.defaults().withThreads(threads));
    double opened = since(begin);
    Volume[] channels = new Volume[scans.size()];
    for (int i = 0; i < channels.length; i++) {
      channels[i] = ImageFile.read(scans.get(i));
    }
    double read = since(begin) - opened;
    double[] seconds = new double[masks];
    LabelMap mask = null;
    for (int i = 0; i < masks; i++) {
      long start = System.nanoTime();
      mask = segmenter.segment(channels);
      seconds[i] = since(start);
    }
    out.println(Machine.describe());
    out.println(format("%s on %s, %d threads", model, scans, threads));
    out.println(segmenter.plan(channels));
    out.println(format("Java and this command started  %7.2f s", started));
    out.println(format("Segmenter.open                 %7.2f s", opened));
    out.println(format("scan read                      %7.2f s", read));
    for (int i = 0; i < masks; i++) {
      out.println(format("mask %d                         %7.2f s", i + 1, seconds[i]));
    }
    out.println(
        format(
            "from open to the first mask    %7.2f s, labels %s",
            opened + read + seconds[0], Arrays.toString(mask.counts())));
    return 0;
  }

  private static double since(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
