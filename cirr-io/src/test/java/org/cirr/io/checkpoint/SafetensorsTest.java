package org.cirr.io.checkpoint;

import static org.cirr.io.checkpoint.CheckpointTest.counting;
import static org.cirr.io.checkpoint.CheckpointTest.refusal;
import static org.cirr.io.checkpoint.CheckpointTest.source;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.io.file.SeekableBytes;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that are safetensors, read and written. */
class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void safetensorsIsReadWhateverItsNameIs() throws IOException {
    Checkpoint checkpoint = Checkpoint.read(source("small.safetensors"));
    assertEquals(Map.of("format", "pt"), checkpoint.metadata());
    Weights weights = checkpoint.weights();
    assertArrayEquals(counting(0, 6), weights.get("a").array());
    assertArrayEquals(counting(0, 4), weights.get("b").array());
    assertArrayEquals(new float[] {1, 0}, weights.get("c").array());
    for (String model : List.of("model18cls", "model5_gw_ae")) {
      Path folder = Shared.require("data/checkpoints/" + model);
      Weights named = Checkpoint.read(folder.resolve("model.pth")).weights();
      byte[] expected = Files.readAllBytes(folder.resolve("model.bin"));
      ByteBuffer values = ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(expected.length, 4 * named.elements());
      // model.bin has the kernels as [z, y, x, in, out], layer by layer.
      for (String name : named.names()) {
        float[] array = named.get(name).array();
        Shape shape = named.shape(name);
        if (shape.rank() == 1) {
          for (float value : array) {
            assertEquals(value, values.getFloat(), name);
          }
        } else {
          int kernel = shape.dim(2) * shape.dim(3) * shape.dim(4);
          for (int k = 0; k < kernel; k++) {
            for (int in = 0; in < shape.dim(1); in++) {
              for (int out = 0; out < shape.dim(0); out++) {
                assertEquals(
                    array[(out * shape.dim(1) + in) * kernel + k], values.getFloat(), name);
              }
            }
          }
        }
      }
    }
  }

  @Test
  void safetensorsHeadersThatLieAreRefused() {
    String remedy = "; the file is damaged or truncated; copy it again";
    assertEquals(
        "x.pth: safetensors header claims 8589934592 bytes of a file of 10 (at most 100 MB)"
            + remedy,
        refusal(SeekableBytes.of(Path.of("x.pth"), new byte[] {0, 0, 0, 0, 2, 0, 0, 0, '{', '}'})));
    assertEquals(
        "x.pth: safetensors header is not the expected JSON" + remedy,
        refusal(safetensors("{\"a\":[}", 0)));
    assertEquals(
        "x.pth: tensor a of shape [3] and dtype F32 cannot lie in bytes [0, 8] of 8" + remedy,
        refusal(
            safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8)));
    assertEquals(
        "x.pth: tensor a of shape [2] and dtype F32 cannot lie in bytes [4, 12] of 8" + remedy,
        refusal(
            safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 8)));
    assertEquals(
        "x.pth: tensor a has the dtype F4, which is not read; save it as F32, F16 or BF16",
        refusal(safetensors("{\"a\":{\"dtype\":\"F4\",\"shape\":[2],\"data_offsets\":[0,1]}}", 8)));
    assertEquals(
        "x.pth: tensor a lacks its dtype, shape or two data_offsets" + remedy,
        refusal(safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8)));
    assertEquals(
        "x.pth: tensor a has the shape [-2]" + remedy,
        refusal(
            safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8)));
    String many = "0,".repeat(64) + "0";
    assertEquals(
        "x.pth: tensor a has more than 64 extents" + remedy,
        refusal(safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[" + many + "]}}", 8)));
    String longName = "n".repeat(1000);
    assertEquals(
        "x.pth: tensor " + longName.substring(0, 200) + "... has the shape [-2]" + remedy,
        refusal(
            safetensors(
                "{\"" + longName + "\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
                8)));
    String one = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    assertEquals(
        "x.pth: tensor a is described twice" + remedy,
        refusal(safetensors("{" + one + "," + one + "}", 8)));
  }

  private static SeekableBytes safetensors(String header, int data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + data).order(ByteOrder.LITTLE_ENDIAN);
    return SeekableBytes.of(Path.of("x.pth"), bytes.putLong(text.length).put(text).array());
  }

  @Test
  void safetensorsThatAreWrittenAreReadBack() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    float[] many = counting(0, 33 * 7 * 5 * 17);
    tensors.put("z \"quoted\" é", Tensor.of(Shape.of(33, 7, 5, 17), many));
    tensors.put("a", Tensor.of(Shape.of(), 2.5f));
    tensors.put("empty", Tensor.zeros(Shape.of(0, 3)));
    Path file = folder.resolve("w.safetensors");
    SafetensorsFile.write(file, tensors, Map.of("made by", "cirr"));
    Checkpoint checkpoint = Checkpoint.read(file);
    assertEquals(Map.of("made by", "cirr"), checkpoint.metadata());
    Weights weights = checkpoint.weights();
    assertEquals(List.copyOf(tensors.keySet()), weights.names());
    assertArrayEquals(many, weights.get("z \"quoted\" é").array());
    assertArrayEquals(new float[] {2.5f}, weights.get("a").array());
    assertEquals(Shape.of(0, 3), weights.shape("empty"));
    assertEquals(0, (Files.size(file) - 4L * (many.length + 1)) % 8, "values are aligned");
    assertEquals(
        "no tensor may be called __metadata__; rename it",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    SafetensorsFile.write(
                        file, Map.of("__metadata__", Tensor.zeros(Shape.of(1))), Map.of()))
            .getMessage());
  }

  @Test
  void halfPrecisionIsRoundedToTheNearestAndReadBack() throws IOException {
    Path file = folder.resolve("half.safetensors");
    float[] values = {0, -0.1f, 1 + 0x1p-12f, 65519, 0x1p-24f, Float.NaN, -2.5f};
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = org.cirr.tensor.Half.round(values[i]);
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("a", Tensor.of(Shape.of(7), values));
    tensors.put("b", Tensor.of(Shape.of(1, 1), new float[] {3}));
    SafetensorsFile.write(file, tensors, Map.of("k", "v"), ElementType.FLOAT16);
    Checkpoint checkpoint = Checkpoint.read(file);
    assertEquals(Map.of("k", "v"), checkpoint.metadata());
    assertArrayEquals(rounded, checkpoint.weights().get("a").array());
    assertArrayEquals(new float[] {3}, checkpoint.weights().get("b").array());
    assertEquals(ElementType.FLOAT16, checkpoint.weights().ref("a").type());
  }

  @Test
  void whatHalfPrecisionCannotHoldIsRefused() {
    Path file = folder.resolve("x.safetensors");
    Map<String, Tensor> large = Map.of("big", Tensor.of(Shape.of(2), new float[] {1, -70000}));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> SafetensorsFile.write(file, large, Map.of(), ElementType.FLOAT16));
    assertEquals(
        "tensor big has the value -70000.0, but half precision ends at 65504; write it in full"
            + " precision",
        refused.getMessage());
    refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> SafetensorsFile.write(file, large, Map.of(), ElementType.BOOL));
    assertEquals("safetensors are written as FLOAT32 or FLOAT16, got BOOL", refused.getMessage());
    org.junit.jupiter.api.Assertions.assertFalse(Files.exists(file));
  }
}
