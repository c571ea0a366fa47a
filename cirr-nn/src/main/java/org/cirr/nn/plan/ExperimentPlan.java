package org.cirr.nn.plan;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.SeekableBytes;
import org.cirr.io.nnunet.Plans;

/**
 * Plans that were made and are to be written.
 *
 * @param configurations what was planned, for a table of it
 * @param json the content of {@code plans.json}
 */
public record ExperimentPlan(List<PlannedConfiguration> configurations, JsonObject json) {
  /**
   * Plans that another data set was trained with, for fine-tuning: its networks, spacings and
   * intensities under the name of this one.
   *
   * <p><b>Errors</b>: {@link org.cirr.io.file.MalformedFileException} when the file is no {@code
   * plans.json}.
   *
   * <p><b>Source</b>: nnU-Net {@code move_plans_between_datasets}.
   */
  public static ExperimentPlan moved(Path file, String datasetName) throws IOException {
    Plans.read(file);
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    json.addProperty("dataset_name", datasetName);
    return new ExperimentPlan(List.of(), json);
  }

  /** A line for each configuration that was planned. */
  public List<String> describe() {
    return configurations.stream()
        .map(
            c ->
                String.format(
                    Locale.ROOT,
                    "%-11s spacing %s mm, median %s, patch %s, batch %d, %d stages, %.0f M"
                        + " feature-map elements",
                    c.name(),
                    rounded(c.spacing()),
                    rounded(c.medianShape()),
                    Arrays.toString(c.topology().patch()),
                    c.batchSize(),
                    c.topology().strides().size(),
                    c.featureMapElements() / 1e6))
        .toList();
  }

  private static String rounded(double[] values) {
    return Arrays.stream(values)
        .mapToObj(value -> Double.toString(Math.rint(value * 1000) / 1000))
        .toList()
        .toString();
  }

  /** The content of the file. */
  public String text() {
    return new GsonBuilder()
            .serializeNulls()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .create()
            .toJson(json)
        + "\n";
  }

  /** The plans as the rest of cirr reads them. */
  public Plans plans(Path file) throws IOException {
    return Plans.read(SeekableBytes.of(file, text().getBytes(StandardCharsets.UTF_8)));
  }

  /** Writes the file whole or not at all. */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, out -> out.write(text().getBytes(StandardCharsets.UTF_8)));
  }
}
