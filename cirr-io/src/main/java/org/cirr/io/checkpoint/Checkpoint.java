package org.cirr.io.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.io.archive.ZipArchive;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;

/**
 * A checkpoint: a PyTorch {@code .pth}/{@code .pt} zip archive or a safetensors file; the content
 * decides, not the name.
 *
 * <p>Reading takes the description of the tensors only. Values are read when {@link Weights} is
 * asked for them, so optimizer state costs nothing.
 *
 * <p><b>Edge cases</b>: no class is ever loaded by a name that the file gives, and nothing in it is
 * run; unknown objects become {@link Opaque} and matter only when a needed value depends on them.
 *
 * <p><b>Errors</b>: {@link MalformedFileException} for a damaged file, for TorchScript archives,
 * for the formats before PyTorch 1.6, each with the remedy; {@link IOException} when the file
 * cannot be read.
 *
 * <p><b>Source</b>: torch.serialization (file format 3), Python's pickletools, safetensors 0.4.
 */
public final class Checkpoint {
  /** Where training programs keep the state dictionary, in the order of trying. */
  private static final List<String> USUAL_KEYS =
      List.of(
          "network_weights",
          "state_dict",
          "model_state_dict",
          "model_state",
          "model",
          "net",
          "network");

  private final Storages storages;
  private final Object tree;
  private final Map<String, String> metadata;

  private Checkpoint(Storages storages, Object tree, Map<String, String> metadata) {
    this.storages = storages;
    this.tree = tree;
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /** Reads the description of a checkpoint. */
  public static Checkpoint read(Path file) throws IOException {
    return read(SeekableBytes.of(file));
  }

  /** Reads the same from any source of bytes. */
  public static Checkpoint read(SeekableBytes source) throws IOException {
    if (ZipArchive.looksLikeZip(source)) {
      TorchArchive archive = TorchArchive.open(source);
      return new Checkpoint(archive, archive.tree(), Map.of());
    }
    if (Safetensors.looksRight(source)) {
      Safetensors file = Safetensors.open(source);
      return new Checkpoint(file, Collections.unmodifiableMap(file.tensors()), file.metadata());
    }
    throw unknown(source);
  }

  private static MalformedFileException unknown(SeekableBytes source) throws IOException {
    byte[] start = source.read(0, (int) Math.min(64, source.size()));
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("version https://git-lfs")) {
      return new MalformedFileException(
          source.path(), "format", "is a Git LFS pointer, not the file itself", "run git lfs pull");
    }
    if (text.startsWith("\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019")) {
      return new MalformedFileException(
          source.path(),
          "format",
          "is PyTorch's format from before version 1.6",
          "load it in Python and save it again: torch.save(torch.load(file), new_file)");
    }
    return new MalformedFileException(
        source.path(),
        "format",
        "is neither a PyTorch zip archive nor safetensors",
        "check that the file is a checkpoint and complete");
  }

  /** The file. */
  public Path path() {
    return storages.path();
  }

  /**
   * What the file holds, as inert values: null, Boolean, Long, Double, String, {@code byte[]},
   * {@link java.math.BigInteger}, {@link List}, {@link Map}, {@link TensorRef}, {@link Opaque}.
   *
   * <p><b>Edge cases</b>: lists and maps of a pickle may contain themselves; their equality is
   * identity and their text is short, but a program that walks them must watch for cycles.
   */
  public Object tree() {
    return tree;
  }

  /** The texts of a safetensors header's {@code __metadata__}; empty for a PyTorch file. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * The state dictionary: the first of {@code network_weights}, {@code state_dict}, {@code
   * model_state_dict}, {@code model_state}, {@code model}, {@code net}, {@code network} that is
   * there, else the whole file where its values are tensors.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming the keys that the file has.
   */
  public Weights weights() throws MalformedFileException {
    if (tree instanceof Map<?, ?> map) {
      for (String key : USUAL_KEYS) {
        if (map.get(key) instanceof Map<?, ?>) {
          return weights(key);
        }
      }
      if (map.values().stream().anyMatch(TensorRef.class::isInstance)) {
        return Weights.of(storages, tensors(map, ""));
      }
    }
    throw new MalformedFileException(
        path(),
        "content",
        "has no state dictionary under a usual name; it has " + keys(tree),
        "name the path to the weights");
  }

  /**
   * The state dictionary under a path of keys.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming the key that is missing and those that
   * are there, or the first entry that is an object of an unknown class instead of a tensor.
   */
  public Weights weights(String... keys) throws MalformedFileException {
    Object node = tree;
    for (String key : keys) {
      if (!(node instanceof Map<?, ?> map) || !map.containsKey(key)) {
        throw missing(key, node);
      }
      node = map.get(key);
    }
    String name = String.join(".", keys);
    if (!(node instanceof Map<?, ?> map)) {
      throw new MalformedFileException(
          path(), name, "is " + describe(node) + ", not a dictionary of tensors", "check the path");
    }
    return Weights.of(storages, tensors(map, name + "."));
  }

  private Map<String, TensorRef> tensors(Map<?, ?> map, String prefix)
      throws MalformedFileException {
    Map<String, TensorRef> tensors = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (entry.getKey() instanceof String name) {
        if (entry.getValue() instanceof TensorRef tensor) {
          tensors.put(name, tensor);
        } else if (entry.getValue() instanceof Opaque opaque) {
          throw new MalformedFileException(
              path(),
              prefix + name,
              "is an object of " + opaque.name() + ", not a plain tensor",
              "save plain tensors: {name: tensor.contiguous() for each of model.state_dict()}");
        }
      }
    }
    return tensors;
  }

  MalformedFileException missing(String key, Object in) {
    return new MalformedFileException(
        path(), key, "is missing; there is " + keys(in), "check that this is the right file");
  }

  /** The keys of a dictionary for an error, a dozen at most. */
  static String keys(Object node) {
    if (!(node instanceof Map<?, ?> map)) {
      return describe(node);
    }
    List<String> names = new ArrayList<>();
    for (Object key : map.keySet()) {
      if (names.size() == 12) {
        names.add("... (" + map.size() + " in all)");
        break;
      }
      names.add(describe(key));
    }
    return names.toString();
  }

  static String describe(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes.length + " bytes";
    }
    String text = String.valueOf(value); // short for lists and dictionaries, whatever they hold
    return text.length() > 100 ? text.substring(0, 100) + "..." : text;
  }
}
