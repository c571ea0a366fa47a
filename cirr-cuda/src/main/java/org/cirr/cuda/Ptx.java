package org.cirr.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernels of one source file as the driver takes them, and what arguments each has.
 *
 * <p><b>Source</b>: NVIDIA, "Parallel Thread Execution ISA", sections 4.4 and 5.1.6.
 */
final class Ptx {
  /** The files of {@code src/main/cuda}, each with a PTX file of its name. */
  static final List<String> FILES =
      List.of(
          "attention",
          "broadcast",
          "conv",
          "move",
          "norm",
          "pointwise",
          "pool",
          "product",
          "reduce",
          "resample",
          "rows",
          "scan",
          "tensor_attention",
          "tensor_conv",
          "tensor_gradient",
          "tensor_product",
          "tiles");

  /** The oldest GPUs that a file is for; those with tensor cores for bf16 begin at 8.0. */
  static int capability(String file) {
    return file.startsWith("tensor_") ? 80 : 75;
  }

  private static final Pattern ENTRY =
      Pattern.compile("\\.entry\\s+(\\w+)\\s*\\(([^)]*)\\)", Pattern.DOTALL);
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\.param\\s+(?:\\.align\\s+\\d+\\s+)?\\.[bufs](\\d+)\\s+\\w+(?:\\[(\\d+)])?");

  private final byte[] text;
  private final Map<String, int[]> arguments = new HashMap<>();

  /** Reads PTX text. */
  Ptx(byte[] text) {
    this.text = text;
    Matcher entry = ENTRY.matcher(new String(text, StandardCharsets.US_ASCII));
    while (entry.find()) {
      List<Integer> sizes = new ArrayList<>();
      Matcher parameter = PARAMETER.matcher(entry.group(2));
      while (parameter.find()) {
        int times = parameter.group(2) == null ? 1 : Integer.parseInt(parameter.group(2));
        sizes.add(Integer.parseInt(parameter.group(1)) / 8 * times);
      }
      arguments.put(entry.group(1), sizes.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  /** The kernels of a file that cirr ships. */
  static Ptx of(String file) {
    try (InputStream in = Ptx.class.getResourceAsStream(file + ".ptx")) {
      if (in == null) {
        throw new IllegalStateException(
            "cirr-cuda's jar is not whole: " + file + ".ptx is missing");
      }
      return new Ptx(in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("cirr-cuda's jar cannot be read", e);
    }
  }

  /** The text as it is shipped. */
  byte[] text() {
    return text.clone();
  }

  /** The text with the zero byte behind it that the driver wants. */
  byte[] image() {
    return Arrays.copyOf(text, text.length + 1);
  }

  /** The bytes of each argument of a kernel. */
  int[] arguments(String kernel) {
    int[] sizes = arguments.get(kernel);
    if (sizes == null) {
      throw new IllegalStateException("there is no kernel " + kernel);
    }
    return sizes.clone();
  }
}
