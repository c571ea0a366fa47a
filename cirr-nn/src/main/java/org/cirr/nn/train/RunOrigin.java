package org.cirr.nn.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.nn.data.PreparedCase;

/**
 * What a run was begun with beside its settings. Its weights depend on that too, so a run that goes
 * on has to have the same.
 *
 * @param cases a digest of the names of the cases, in their order: batches are drawn by number
 * @param pretrained a digest of the checkpoint that it took its first weights from; empty for none
 * @param newHead whether the segmentation layers began anew
 */
record RunOrigin(String cases, String pretrained, boolean newHead) {
  private static final int PIECE = 1 << 16;

  /**
   * What a run begins with.
   *
   * <p><b>Errors</b>: {@link IOException} when the checkpoint cannot be read.
   */
  static RunOrigin of(TrainingData data, Pretrained pretrained) throws IOException {
    return new RunOrigin(cases(data), digest(pretrained.file()), pretrained.newHead());
  }

  /** What a checkpoint says. */
  static RunOrigin of(SavedValues saved) throws IOException {
    return new RunOrigin(saved.text("cases"), saved.text("pretrained"), saved.flag("new_head"));
  }

  /** As simple values, for a checkpoint. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("cases", cases);
    map.put("pretrained", pretrained);
    map.put("new_head", newHead);
    return map;
  }

  /**
   * Refuses to go on with other cases.
   *
   * <p><b>Errors</b>: {@link IOException} naming the checkpoint and the file that says which cases.
   */
  void requireCases(TrainingData data, Path checkpoint) throws IOException {
    if (!cases.equals(cases(data))) {
      throw new IOException(
          checkpoint
              + ": was trained on other cases than fold "
              + data.fold()
              + " has now ("
              + data.training().size()
              + " to train on, "
              + data.validation().size()
              + " to validate on); put "
              + data.folder().splitsFile()
              + " back as it was, or start anew in another folder");
    }
  }

  /** Whether these are the first weights that the run took. */
  boolean beganWith(Pretrained weights) throws IOException {
    return pretrained.equals(digest(weights.file())) && newHead == weights.newHead();
  }

  private static String cases(TrainingData data) {
    MessageDigest digest = sha256();
    for (List<PreparedCase> part : List.of(data.training(), data.validation())) {
      part.forEach(one -> digest.update((one.name() + "\n").getBytes(StandardCharsets.UTF_8)));
      digest.update((byte) 0);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String digest(Path file) throws IOException {
    if (file == null) {
      return "";
    }
    MessageDigest digest = sha256();
    byte[] piece = new byte[PIECE];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        digest.update(piece, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
