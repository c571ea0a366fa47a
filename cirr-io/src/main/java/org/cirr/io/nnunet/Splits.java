package org.cirr.io.nnunet;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;

/**
 * nnU-Net's {@code splits_final.json}: which cases each fold trains on and which it validates on.
 *
 * @param folds fold 0 first
 */
public record Splits(List<Fold> folds) {
  /** The cases of one fold, by name. */
  public record Fold(List<String> train, List<String> val) {
    /** Copies the lists. */
    public Fold {
      train = List.copyOf(train);
      val = List.copyOf(val);
    }
  }

  /** Copies the list. */
  public Splits {
    folds = List.copyOf(folds);
  }

  /**
   * Reads the file.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming the place, the value and what was
   * expected; also when a case is in both halves of a fold.
   */
  public static Splits read(Path file) throws IOException {
    JsonNode root = JsonNode.readAny(SeekableBytes.of(file));
    List<Fold> folds = new ArrayList<>();
    for (JsonNode node : root.elements()) {
      Fold fold = new Fold(names(node.get("train")), names(node.get("val")));
      for (String name : fold.val) {
        if (fold.train.contains(name)) {
          throw node.refused(
              "has the case " + name + " in both train and val", "take it out of one of them");
        }
      }
      folds.add(fold);
    }
    return new Splits(folds);
  }

  private static List<String> names(JsonNode list) throws MalformedFileException {
    List<String> names = new ArrayList<>();
    for (JsonNode node : list.elements()) {
      names.add(node.text());
    }
    return names;
  }

  /** Writes the file whole or not at all. */
  public void write(Path file) throws IOException {
    JsonArray json = new JsonArray();
    for (Fold fold : folds) {
      JsonObject one = new JsonObject();
      one.add("train", array(fold.train));
      one.add("val", array(fold.val));
      json.add(one);
    }
    String text =
        new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json) + "\n";
    AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonArray array(List<String> names) {
    JsonArray array = new JsonArray();
    names.forEach(array::add);
    return array;
  }
}
