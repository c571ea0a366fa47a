package org.cirr.cuda;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@link GpuCheck} has found so far: printed as it comes, as one table and as JSON at the end.
 */
final class CheckReport {
  /** Milliseconds, and what a card can do at most, both NaN where unknown. */
  private record Row(
      String name,
      double ms,
      double flops,
      double bytes,
      double tera,
      double gigabytes,
      String note) {
    static Row of(String name, double seconds, double flops, double bytes, String note) {
      return new Row(
          name, 1e3 * seconds, flops, bytes, flops / seconds / 1e12, bytes / seconds / 1e9, note);
    }
  }

  private final JsonObject json = new JsonObject();
  private final List<Row> rows = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final Path file;
  private double peak = Double.NaN; // TFLOP/s of bf16
  private double bandwidth = Double.NaN; // GB/s

  /** Writes to a file, after each part, so that nothing is lost when a later one is cut off. */
  CheckReport(Path file, String device) {
    this.file = file;
    json.addProperty("date", Instant.now().toString());
    json.addProperty("device", device);
    json.addProperty("java", System.getProperty("java.version"));
    json.add("checks", new JsonArray());
    json.add("timings", new JsonArray());
    say("device: " + device);
  }

  static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** A check and whether it held. */
  void check(String name, boolean holds, String detail) {
    say((holds ? "ok      " : "FAILED  ") + name + ": " + detail);
    JsonObject one = new JsonObject();
    one.addProperty("name", name);
    one.addProperty("holds", holds);
    one.addProperty("detail", detail);
    json.getAsJsonArray("checks").add(one);
    if (!holds) {
      faults.add(name + ": " + detail);
    }
    save();
  }

  /** The card's measured limits; NaN for what could not be measured. */
  void peaks(double bf16, double float32, double copied) {
    peak = bf16;
    bandwidth = copied;
    JsonObject peaks = new JsonObject();
    number(peaks, "bf16Tflops", bf16);
    number(peaks, "float32Tflops", float32);
    number(peaks, "copyGbPerS", copied);
    json.add("peaks", peaks);
    save();
  }

  /** A time of the GPU; work that is 0 is not told. */
  void time(String name, double seconds, double flops, double bytes, String note) {
    Row row = Row.of(name, seconds, flops, bytes, note);
    rows.add(row);
    JsonObject one = new JsonObject();
    one.addProperty("name", name);
    number(one, "ms", row.ms);
    number(one, "tflops", flops > 0 ? row.tera : Double.NaN);
    number(one, "percentOfBf16Peak", flops > 0 ? 100 * row.tera / peak : Double.NaN);
    number(one, "gbPerS", bytes > 0 ? row.gigabytes : Double.NaN);
    number(one, "percentOfBandwidth", bytes > 0 ? 100 * row.gigabytes / bandwidth : Double.NaN);
    one.addProperty("note", note);
    json.getAsJsonArray("timings").add(one);
    say(line(row));
    save();
  }

  /** What could not be measured, and why. */
  void skipped(String name, String reason) {
    say("skipped " + name + ": " + reason);
    JsonObject one = new JsonObject();
    one.addProperty("name", name);
    one.addProperty("note", "skipped: " + reason);
    json.getAsJsonArray("timings").add(one);
    save();
  }

  /** The same work by another program; told beside cirr's own time. */
  void peer(String name, double ms, JsonElement by) {
    Row own =
        rows.stream()
            .filter(row -> row.name.equals(name))
            .findFirst()
            .orElse(Row.of(name, Double.NaN, 0, 0, ""));
    String times =
        Double.isNaN(own.ms)
            ? ""
            : String.format(Locale.ROOT, ", cirr %.2f times as fast", ms / own.ms);
    time(name, ms / 1e3, own.flops, own.bytes, by.getAsString() + times);
  }

  private static void number(JsonObject object, String name, double value) {
    if (Double.isFinite(value)) {
      object.addProperty(name, value);
    }
  }

  private String line(Row row) {
    return String.format(
        Locale.ROOT,
        "%-44s %10.3f ms %9s TFLOP/s %7s %9s GB/s %7s  %s",
        row.name,
        row.ms,
        shown(row.tera, "%.2f"),
        shown(100 * row.tera / peak, "%.1f %%"),
        shown(row.gigabytes, "%.0f"),
        shown(100 * row.gigabytes / bandwidth, "%.1f %%"),
        row.note);
  }

  private static String shown(double value, String format) {
    return value > 0 ? String.format(Locale.ROOT, format, value) : "-";
  }

  /** All times once more, and what did not hold. Whether everything held. */
  boolean end() {
    say("");
    say("times of " + json.get("device").getAsString());
    say(
        String.format(
            Locale.ROOT,
            "%% of the peak of bf16, %s TFLOP/s, and of the bandwidth, %s GB/s, measured here",
            shown(peak, "%.0f"),
            shown(bandwidth, "%.0f")));
    rows.forEach(row -> say(line(row)));
    say("");
    faults.forEach(fault -> say("FAILED  " + fault));
    say(faults.isEmpty() ? "all checks hold" : faults.size() + " checks do not hold");
    json.addProperty("holds", faults.isEmpty());
    save();
    say("written: " + file);
    return faults.isEmpty();
  }

  private void save() {
    try {
      Files.writeString(file, new GsonBuilder().setPrettyPrinting().create().toJson(json) + "\n");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
