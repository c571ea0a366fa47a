package org.cirr.nn.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.io.nnunet.Plans;
import org.cirr.io.nnunet.Splits;

/**
 * What {@code cirr plan} leaves for training: {@code dataset.json}, {@code
 * dataset_fingerprint.json}, {@code plans.json}, {@code splits_final.json}, and a folder of
 * prepared cases for each configuration.
 *
 * @param folder where it lies
 */
public record PreparedFolder(Path folder) {
  /** The folder that belongs to a data set unless another one is named: beside it. */
  public static PreparedFolder of(Path dataset) {
    Path absolute = dataset.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    return new PreparedFolder(absolute.resolveSibling((name == null ? "" : name) + "-prepared"));
  }

  /** {@code dataset.json}. */
  public Path datasetFile() {
    return folder.resolve("dataset.json");
  }

  /** {@code dataset_fingerprint.json}. */
  public Path fingerprintFile() {
    return folder.resolve("dataset_fingerprint.json");
  }

  /** {@code plans.json}. */
  public Path plansFile() {
    return folder.resolve("plans.json");
  }

  /** {@code splits_final.json}. */
  public Path splitsFile() {
    return folder.resolve("splits_final.json");
  }

  /** The folder of a configuration's prepared cases. */
  public Path cases(String configuration) {
    return folder.resolve(configuration);
  }

  /** Channels and labels. */
  public DatasetJson dataset() throws IOException {
    return DatasetJson.read(require(datasetFile()));
  }

  /** The plans. */
  public Plans plans() throws IOException {
    return Plans.read(require(plansFile()));
  }

  /** The folds. */
  public Splits splits() throws IOException {
    return Splits.read(require(splitsFile()));
  }

  /**
   * Opens prepared cases by name.
   *
   * <p><b>Errors</b>: {@link IOException} naming a case that is not there, and what to do.
   */
  public List<PreparedCase> open(String configuration, List<String> names) throws IOException {
    List<PreparedCase> cases = new ArrayList<>();
    for (String name : names) {
      Path file = cases(configuration).resolve(name + PreparedCase.ENDING);
      cases.add(PreparedCase.open(require(file)));
    }
    return cases;
  }

  private static Path require(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": is missing; run cirr plan on the data set first");
    }
    return file;
  }
}
