package org.cirr.benchmarks.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.tensor.Tensor;

/**
 * Writes a graph and its weights as a TorchScript archive, the file of {@code torch.jit.save}.
 *
 * <p>The archive is a zip without compression: the program as text ({@code code/__torch__.py}), the
 * module's attributes as a pickle ({@code data.pkl}), and one record of raw floats for each tensor
 * ({@code data/0}, …).
 *
 * <p><b>Shapes</b>: activations are channels first, {@code [N, C, spatial…]}; weights are the same
 * in both.
 *
 * <p><b>Errors</b>: {@link UnsupportedOperationException} naming an op that has no TorchScript form
 * here.
 *
 * <p><b>Source</b>: PyTorch, {@code torch/csrc/jit/docs/serialization.md}.
 */
public final class TorchScriptFile {
  private TorchScriptFile() {}

  /** Writes the module into a file, which is replaced. */
  public static void write(Path file, Graph graph, Function<String, Tensor> weights)
      throws IOException {
    String folder = file.getFileName().toString().replaceAll("\\.pt$", "") + "/";
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, folder + "data.pkl", attributes(graph));
      put(zip, folder + "code/__torch__.py", text(TorchScriptSource.of(graph)));
      List<Node> parameters = graph.parameters();
      for (int i = 0; i < parameters.size(); i++) {
        float[] values = weights.apply(Graph.label(parameters.get(i))).array();
        put(zip, folder + "data/" + i, LittleEndian.floats(values));
      }
      put(zip, folder + "constants.pkl", Pickle.emptyTuple());
      put(zip, folder + "version", text("3\n"));
      put(zip, folder + "byteorder", text("little"));
    }
  }

  private static byte[] attributes(Graph graph) {
    Pickle pickle = new Pickle().object("__torch__", TorchScriptSource.CLASS);
    List<Node> parameters = graph.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      pickle
          .text("p" + i)
          .tensor(
              Integer.toString(i),
              parameters.get(i).shape().arrayLength(),
              parameters.get(i).shape().toArray());
    }
    return pickle.text("training").bool(false).build().stop();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
