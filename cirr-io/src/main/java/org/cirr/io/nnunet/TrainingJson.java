package org.cirr.io.nnunet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;

/**
 * What training needs of a raw data set's {@code dataset.json} beside {@link DatasetJson}.
 *
 * @param dataset what inference needs
 * @param numTraining the number of cases that the file states
 * @param files the cases' files where the file lists them under {@code dataset}, relative to its
 *     folder; empty where the folders {@code imagesTr} and {@code labelsTr} say it
 */
public record TrainingJson(
    DatasetJson dataset, OptionalInt numTraining, Map<String, CaseFiles> files) {
  private static final int MAX_CASES = 10_000_000;

  /** The files of a case: one image per channel, and the label. */
  public record CaseFiles(List<String> images, String label) {
    /** Copies the list. */
    public CaseFiles {
      images = List.copyOf(images);
    }
  }

  /**
   * Reads the file.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming the place, the value and what was
   * expected.
   */
  public static TrainingJson read(Path file) throws IOException {
    JsonNode root = JsonNode.read(SeekableBytes.of(file));
    JsonNode count = root.find("numTraining");
    OptionalInt numTraining =
        count == null ? OptionalInt.empty() : OptionalInt.of(count.whole(0, MAX_CASES));
    Map<String, CaseFiles> files = new LinkedHashMap<>();
    JsonNode listed = root.find("dataset");
    if (listed != null) {
      for (String name : listed.keys()) {
        JsonNode entry = listed.get(name);
        List<String> images = new ArrayList<>();
        for (JsonNode image : entry.get("images").elements()) {
          images.add(image.text());
        }
        files.put(name, new CaseFiles(images, entry.get("label").text()));
      }
    }
    return new TrainingJson(DatasetJson.read(file), numTraining, files);
  }
}
