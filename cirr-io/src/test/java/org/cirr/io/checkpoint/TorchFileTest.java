package org.cirr.io.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.cirr.io.archive.ZipArchive;
import org.cirr.io.archive.ZipRecord;
import org.cirr.io.file.SeekableBytes;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints as PyTorch writes them, written. */
class TorchFileTest {
  @TempDir Path folder;

  private static Map<String, Object> content() {
    Tensor shared = Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, -6.5f);
    Map<String, Object> weights = new LinkedHashMap<>();
    weights.put("a.conv.weight", shared);
    weights.put("a.all_modules.0.weight", shared);
    weights.put("empty", Tensor.zeros(Shape.of(3, 0)));
    weights.put("scalar", Tensor.of(Shape.of(), Float.MIN_VALUE));
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("network_weights", weights);
    content.put("grad_scaler_state", null);
    content.put("numbers", Arrays.asList(0, -1, 1L << 40, Long.MIN_VALUE, 0.1, 2.5f, Double.NaN));
    content.put("mirror", new Object[] {0, 1, 2});
    content.put("text", "caf\u00e9 \u809d \ud83d\ude00");
    content.put("flags", List.of(true, false));
    content.put("state", Map.of(7, Map.of("momentum_buffer", shared)));
    content.put("none", List.of());
    return content;
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    Path file = folder.resolve("checkpoint_final.pth");
    TorchFile.write(file, content());
    Checkpoint read = Checkpoint.read(file);
    Map<?, ?> tree = (Map<?, ?>) read.tree();
    assertEquals(List.copyOf(content().keySet()), List.copyOf(tree.keySet()));
    assertEquals(null, tree.get("grad_scaler_state"));
    assertEquals(
        Arrays.asList(0L, -1L, 1L << 40, Long.MIN_VALUE, 0.1, 2.5, Double.NaN),
        new ArrayList<>((List<?>) tree.get("numbers")));
    assertEquals(List.of(0L, 1L, 2L), new ArrayList<>((List<?>) tree.get("mirror")));
    assertEquals(content().get("text"), tree.get("text"));
    assertEquals(List.of(true, false), new ArrayList<>((List<?>) tree.get("flags")));
    assertTrue(((Map<?, ?>) tree.get("state")).containsKey(7L));
    Weights weights = read.weights("network_weights");
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, -6.5f}, weights.get("a.conv.weight").array());
    assertSame(weights.get("a.conv.weight"), weights.get("a.all_modules.0.weight"));
    assertEquals(Shape.of(3, 0), weights.shape("empty"));
    assertArrayEquals(new float[] {Float.MIN_VALUE}, weights.get("scalar").array());
  }

  @Test
  void recordsAreAlignedAndEqualContentGivesEqualFiles() throws IOException {
    Path file = folder.resolve("checkpoint_final.pth");
    TorchFile.write(file, content());
    ZipArchive archive = ZipArchive.open(SeekableBytes.of(file));
    assertEquals(
        List.of("data.pkl", "byteorder", "data/0", "data/1", "data/2", "version").stream()
            .map(name -> "checkpoint_final/" + name)
            .toList(),
        List.copyOf(archive.records().keySet()));
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    for (ZipRecord record : archive.records().values()) {
      assertEquals(0, record.method(), record.name());
      int name = text.indexOf(record.name());
      int extra = (bytes[name - 2] & 0xff) + 256 * (bytes[name - 1] & 0xff);
      assertEquals(0, (name + record.name().length() + extra) % 64, record.name());
    }
    Files.move(file, folder.resolve("first"));
    TorchFile.write(file, content());
    assertArrayEquals(bytes, Files.readAllBytes(file));
  }

  @Test
  void whatCannotBeWrittenIsRefusedAndTheOlderFileIsIntact() throws IOException {
    Path file = folder.resolve("x.pth");
    TorchFile.write(file, Map.of("epoch", 1));
    Map<String, Object> wrong = Map.of("a", List.of(1, Map.of("b", new Date(0))));
    assertEquals(
        "a checkpoint cannot hold a java.util.Date at a[1].b; give null, a boolean, a number, a"
            + " text, a tensor, a list, a map or an array",
        refusal(file, wrong));
    assertEquals(
        "the keys of a checkpoint are texts or whole numbers, got 1.5",
        refusal(file, Map.of("a", Map.of(1.5, 1))));
    List<Object> self = new ArrayList<>();
    self.add(self);
    String deep = refusal(file, Map.of("a", self));
    assertTrue(deep.startsWith("a checkpoint's values may be nested 100 deep, .a[0][0]"), deep);
    assertEquals(1L, ((Map<?, ?>) Checkpoint.read(file).tree()).get("epoch"));
    Path nowhere = folder.resolve("no/x.pth");
    String message =
        assertThrows(IOException.class, () -> TorchFile.write(nowhere, Map.of())).getMessage();
    assertTrue(message.startsWith(nowhere + ": its folder does not exist"), message);
  }

  private static String refusal(Path file, Map<String, ?> content) {
    return assertThrows(IllegalArgumentException.class, () -> TorchFile.write(file, content))
        .getMessage();
  }

  @Test
  void namesAreThoseOfNnUnetsNetworksInTheirOrder() throws IOException {
    for (String model : List.of("plain_chaos", "plain_2d", "regions", "resenc_iso")) {
      Path file = Shared.require("goldens/nnunet/models/" + model + "/fold_0/checkpoint_final.pth");
      Weights weights = Checkpoint.read(file).weights("network_weights");
      Map<String, String> plain = new LinkedHashMap<>();
      weights.canonical().names().forEach(name -> plain.put(name, name));
      List<String> scattered = new ArrayList<>(plain.keySet());
      scattered.sort((a, b) -> Boolean.compare(a.contains("seg_layers"), b.contains("seg_layers")));
      Map<String, String> other = new LinkedHashMap<>();
      scattered.stream().filter(name -> name.startsWith("decoder.t")).forEach(n -> other.put(n, n));
      scattered.forEach(name -> other.putIfAbsent(name, name));
      assertNotEquals(List.copyOf(plain.keySet()), List.copyOf(other.keySet()));
      assertEquals(weights.names(), List.copyOf(NnUnetNames.all(other).keySet()), model);
      NnUnetNames.all(plain)
          .forEach((name, value) -> assertEquals(weights.ref(name), weights.ref(value), name));
    }
  }

  /** Only where Python has PyTorch; {@code -Dcirr.python=FILE} names another interpreter. */
  @Test
  void torchLoadsTheFileWithWeightsOnly() throws Exception {
    String python = System.getProperty("cirr.python", "python3");
    assumeTrue(run(python, "import torch").code == 0, python + " has no PyTorch");
    Path file = folder.resolve("checkpoint_final.pth");
    TorchFile.write(file, content());
    Ran ran =
        run(
            python,
            """
            import sys, torch
            c = torch.load(sys.argv[1], weights_only=True)
            w = c['network_weights']
            assert torch.equal(w['a.conv.weight'], torch.tensor([[1., 2., 3.], [4., 5., -6.5]]))
            assert w['a.conv.weight'].data_ptr() == w['a.all_modules.0.weight'].data_ptr()
            assert w['empty'].shape == (3, 0) and w['scalar'].shape == ()
            n = c['numbers']
            assert n[:6] == [0, -1, 2**40, -2**63, 0.1, 2.5] and n[6] != n[6]
            assert c['mirror'] == (0, 1, 2) and c['grad_scaler_state'] is None
            assert c['text'] == 'caf\\u00e9 \\u809d \\U0001f600' and c['flags'] == [True, False]
            assert c['state'][7]['momentum_buffer'].shape == (2, 3) and c['none'] == []
            m = torch.load(sys.argv[1], weights_only=True, mmap=True)
            assert m['network_weights']['a.conv.weight'][1, 2] == -6.5
            print('read by', torch.__version__)
            """,
            file.toString());
    assertEquals(0, ran.code, ran.text);
    assertTrue(ran.text.startsWith("read by "), ran.text);
  }

  private record Ran(int code, String text) {}

  private Ran run(String python, String program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(python, "-c", program));
    command.addAll(List.of(arguments));
    File output = folder.resolve("python.txt").toFile();
    try {
      Process process =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "python hangs");
      return new Ran(process.exitValue(), Files.readString(output.toPath()));
    } catch (IOException noPython) {
      return new Ran(-1, noPython.toString());
    }
  }
}
