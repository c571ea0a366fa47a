package org.cirr.benchmarks.compare;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cirr.benchmarks.machine.Machine;
import org.cirr.benchmarks.machine.MachinePeak;
import org.cirr.benchmarks.workload.Workload;

/** All results as JSON. */
final class Report {
  private final Map<String, Object> root = new LinkedHashMap<>();
  private final List<Object> workloads = new ArrayList<>();

  Report(MachinePeak peak, int threads) {
    root.put("machine", Machine.describe());
    root.put("threads", threads);
    root.put("peakGigaFlopPerSecond", finite(peak.gigaFlop()));
    root.put("peakGigaBytePerSecond", finite(peak.gigaByte()));
    root.put("workloads", workloads);
  }

  void add(Section section, Workload workload, List<RaceResult> results) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("part", section.name().toLowerCase(Locale.ROOT));
    entry.put("name", workload.name());
    entry.put("gigaFlop", workload.gigaFlop());
    entry.put("gigaByte", workload.gigaByte());
    Map<String, Object> contestants = new LinkedHashMap<>();
    for (RaceResult result : results) {
      Map<String, Object> times = new LinkedHashMap<>();
      if (result.missing() != null) {
        times.put("missing", result.missing());
      } else {
        times.put("median", result.median());
        times.put("seconds", result.seconds());
        times.put("difference", finite(result.difference()));
      }
      contestants.put(result.engine(), times);
    }
    entry.put("contestants", contestants);
    workloads.add(entry);
  }

  void write(Path file) throws IOException {
    String text = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(root);
    Files.writeString(file, text + "\n");
  }

  /** JSON knows no NaN. */
  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
