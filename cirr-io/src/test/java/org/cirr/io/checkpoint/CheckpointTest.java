package org.cirr.io.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  @TempDir Path folder;

  static byte[] resource(String name) throws IOException {
    try (InputStream in = CheckpointTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  static SeekableBytes source(String name) throws IOException {
    return SeekableBytes.of(Path.of(name), resource(name));
  }

  static String refusal(SeekableBytes source) {
    return assertThrows(MalformedFileException.class, () -> Checkpoint.read(source)).getMessage();
  }

  static float[] counting(int start, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = start + i;
    }
    return values;
  }

  private static SeekableBytes archive(byte[] pickle, float... storage) {
    return new TorchZip(false)
        .add("x/data.pkl", pickle)
        .add("x/data/0", TorchZip.floats(ByteOrder.LITTLE_ENDIAN, storage))
        .source();
  }

  @Test
  void everyLayoutAndTypeThatPyTorchWritesIsRead() throws IOException {
    Weights weights = Checkpoint.read(source("nnunet.pth")).weights();
    assertArrayEquals(counting(7, 12), weights.get("offset").array());
    assertEquals(Shape.of(3, 4), weights.shape("offset"));
    assertArrayEquals(counting(1, 15), weights.get("transposed").array());
    assertFalse(weights.ref("transposed").isRowMajor());
    assertArrayEquals(counting(0, 210), weights.get("channels_last").array());
    assertFalse(weights.ref("channels_last").isRowMajor());
    assertEquals(Shape.of(2, 3, 1, 5, 7), weights.shape("channels_last"));
    assertEquals(37, weights.get("every_third").array()[12]);
    assertArrayEquals(new float[] {2.5f}, weights.get("scalar").array());
    assertEquals(Shape.of(), weights.shape("scalar"));
    assertEquals(Shape.of(3, 0), weights.get("empty").shape());
    assertArrayEquals(
        new float[] {1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3}, weights.get("expanded").array());
    assertArrayEquals(counting(5, 3), weights.get("parameter").array());
    assertArrayEquals(new float[] {1, 0, 1}, weights.get("bool").array());
    for (ElementType type : ElementType.values()) {
      String name = type.name().toLowerCase();
      if (type == ElementType.FLOAT8_E4M3) {
        name = "float8_e4m3fn";
      }
      if (type != ElementType.FLOAT32 && type != ElementType.BOOL) {
        assertEquals(type, weights.ref(name).type());
        assertArrayEquals(counting(0, 4), weights.get(name).array(), name);
      }
    }
  }

  @Test
  void namesLoseTheirPrefixesAndDuplicatesShareOneTensor() throws IOException {
    Weights weights = Checkpoint.read(source("nnunet.pth")).weights();
    String plain = "encoder.stages.0.0.convs.0.conv.weight";
    String duplicate = "encoder.stages.0.0.convs.0.all_modules.0.weight";
    assertEquals(List.of(plain, duplicate), weights.names().subList(0, 2));
    assertSame(weights.get(plain), weights.get(duplicate));
    assertArrayEquals(counting(100, 6), weights.get(plain).array());
    Weights canonical = weights.canonical();
    assertTrue(canonical.contains(plain));
    assertEquals(weights.size() - 2, canonical.size());
    assertEquals(weights.elements(), canonical.elements());
    assertEquals("a.module.b", Weights.normalise("module._orig_mod.module.a._orig_mod.module.b"));
  }

  @Test
  void theTreeHoldsInertValues() throws IOException {
    Map<?, ?> tree = (Map<?, ?>) Checkpoint.read(source("nnunet.pth")).tree();
    Map<?, ?> logging = (Map<?, ?>) tree.get("logging");
    List<?> dice = (List<?>) logging.get("ema_fg_dice");
    assertEquals(0.5, dice.get(0));
    assertEquals(0.25, dice.get(1));
    assertEquals(-7L, logging.get("count"));
    assertEquals(true, logging.get("flag"));
    assertEquals(299L, ((List<?>) logging.get("epochs")).get(299));
    assertEquals(BigInteger.TWO.pow(70), logging.get("big"));
    assertEquals("<numpy._core.multiarray._reconstruct>", logging.get("array").toString());
    assertEquals(0.75, tree.get("_best_ema"));
    Opaque device = (Opaque) ((Map<?, ?>) tree.get("init_args")).get("device");
    assertEquals("torch.device", device.name());
    assertEquals(List.of("cuda", 0L), device.arguments());
  }

  @Test
  void anNnUnetCheckpointTellsWhatInferenceNeeds() throws IOException {
    NnUnetCheckpoint checkpoint = NnUnetCheckpoint.read(source("nnunet.pth"));
    assertEquals("nnUNetTrainer", checkpoint.trainerName());
    assertEquals("3d_fullres", checkpoint.configuration());
    assertEquals("3", checkpoint.fold());
    assertEquals(List.of(0, 1, 2), checkpoint.mirrorAxes());
  }

  @Test
  void otherPickleProtocolsAndBareStateDictionariesAreRead() throws IOException {
    Weights weights = Checkpoint.read(source("protocol4.pth")).weights();
    assertEquals(List.of("a", "b"), weights.names());
    assertArrayEquals(counting(9, 2), weights.get("b").array());
  }

  /**
   * Model, names, elements, and the sum over all elements of value · (1 + index mod 1009), where
   * the index counts within each tensor; computed in float64 with PyTorch 2.13.
   */
  private static final Object[][] GOLDEN_SUMS = {
    {"plain_chaos", 88, 4_037_444L, -7173459.343718836, List.of(2)},
    {"regions", 72, 864_396L, -1338666.364711716, List.of()},
    {"resenc_iso", 101, 502_311L, -291124.5655629799, List.of(0, 1, 2)},
    {"random_2ch", 56, 125_619L, 14197.969376895067, List.of(0, 2)},
    {"plain_2d", 88, 1_288_836L, -1002890.1029520831, List.of(0, 1)},
  };

  private static double weightedSum(Weights weights) throws IOException {
    double sum = 0;
    for (String name : weights.names()) {
      float[] values = weights.get(name).array();
      for (int i = 0; i < values.length; i++) {
        sum += (double) values[i] * (1 + i % 1009);
      }
    }
    return sum;
  }

  @Test
  void theWeightsOfTheGoldenModelsAreThoseThatPyTorchReads() throws IOException {
    Path models = Shared.require("goldens/nnunet/models");
    for (Object[] golden : GOLDEN_SUMS) {
      String model = (String) golden[0];
      NnUnetCheckpoint checkpoint =
          NnUnetCheckpoint.read(models.resolve(model + "/fold_0/checkpoint_final.pth"));
      assertEquals("0", checkpoint.fold(), model);
      assertEquals(golden[1], checkpoint.weights().size(), model);
      assertEquals(golden[2], checkpoint.weights().elements(), model);
      assertEquals((double) golden[3], weightedSum(checkpoint.weights()), 1e-3, model);
      assertEquals(golden[4], checkpoint.mirrorAxes(), model);
      for (String name : checkpoint.weights().names()) {
        assertFalse(name.contains("all_modules") || name.startsWith("decoder.encoder"), name);
      }
    }
    NnUnetCheckpoint regions =
        NnUnetCheckpoint.read(models.resolve("regions/fold_0/checkpoint_final.pth"));
    assertEquals("nnUNetTrainerNoMirroring", regions.trainerName());
  }

  @Test
  void aTrainingCheckpointWithThousandsOfStoragesIsRead() throws IOException {
    Checkpoint checkpoint = Checkpoint.read(Shared.require("data/checkpoints/001500.pt"));
    Weights weights = checkpoint.weights();
    assertEquals(1198242.2704652627, weightedSum(weights), 1e-3, "as PyTorch 2.13 reads it");
    assertEquals("[net, net_optim, args, losses]", Checkpoint.keys(checkpoint.tree()));
    assertEquals(530, weights.size());
  }

  @Test
  void bigEndianStoragesAreSwapped() throws IOException {
    PickleBytes pickle = new PickleBytes().op('}').text("w");
    pickle.tensor("Float", "0", 2, 0, new int[] {2}, new int[] {1}).op('s');
    byte[] bytes = pickle.stop();
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      SeekableBytes source =
          new TorchZip(true)
              .add("top/data.pkl", bytes)
              .add("top/byteorder", order == ByteOrder.BIG_ENDIAN ? "big" : "little\n")
              .add("top/data/0", TorchZip.floats(order, 1.5f, -2))
              .source();
      assertArrayEquals(new float[] {1.5f, -2}, Checkpoint.read(source).weights().get("w").array());
    }
    SeekableBytes odd =
        new TorchZip(false).add("top/data.pkl", bytes).add("top/byteorder", "middle").source();
    assertEquals(
        "x.pth: byteorder is neither little nor big; the file is damaged; copy it again",
        refusal(odd));
  }

  @Test
  void aTensorMustLieInsideItsStorage() {
    String remedy = "; the file is damaged or truncated; copy it again";
    int[] two = {2};
    assertEquals(
        "x.pth: tensor w of shape [2] and strides [1] at byte 8 does not fit its storage of 12"
            + " bytes"
            + remedy,
        weightsRefusal(new PickleBytes().tensor("Float", "0", 3, 2, two, new int[] {1})));
    assertEquals(
        "x.pth: tensor w of shape [2] and strides [2147483647] at byte 0 does not fit its storage"
            + " of 12 bytes"
            + remedy,
        weightsRefusal(
            new PickleBytes().tensor("Float", "0", 3, 0, two, new int[] {Integer.MAX_VALUE})));
    assertEquals(
        "x.pth: tensor w has no storage 7 in the file" + remedy,
        weightsRefusal(new PickleBytes().tensor("Float", "7", 3, 0, two, new int[] {1})));
    assertEquals(
        "x.pth: tensor w of shape [100000, 3] repeats the 3 elements of its storage; save it with"
            + " .contiguous()",
        weightsRefusal(
            new PickleBytes()
                .tensor("Float", "0", 3, 0, new int[] {100_000, 3}, new int[] {0, 1})));
    assertEquals(
        "x.pth: tensor w of shape [100000, 100000] is larger than 2147483639 elements; split the"
            + " tensor",
        weightsRefusal(
            new PickleBytes()
                .tensor("Float", "0", 3, 0, new int[] {100_000, 100_000}, new int[] {0, 1})));
  }

  /** No memory is taken for what a directory claims: 8 GiB here. */
  @Test
  void aDeflatedStorageThatInflatesToLessIsRefused() throws IOException {
    int claimed = Integer.MAX_VALUE - 8;
    byte[] pickle =
        new PickleBytes()
            .op('}')
            .text("w")
            .tensor("Byte", "0", claimed, 0, new int[] {claimed}, new int[] {1})
            .op('s')
            .stop();
    byte[] few = new byte[claimed / 1000];
    new Random(5).nextBytes(few); // which deflate cannot make smaller
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("x/data.pkl"));
      zip.write(pickle);
      zip.putNextEntry(new ZipEntry("x/data/0"));
      zip.write(few);
    }
    ByteBuffer bytes = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    int record = bytes.limit() - 22 - 46 - "x/data/0".length(); // the directory's last one
    assertEquals(few.length, bytes.getInt(record + 24));
    bytes.putInt(record + 24, claimed);
    Checkpoint checkpoint = Checkpoint.read(SeekableBytes.of(Path.of("x.pth"), bytes.array()));
    Weights weights = checkpoint.weights();
    assertEquals(
        "x.pth: tensor w ends early or does not inflate; the file is damaged or truncated; copy it again",
        assertThrows(MalformedFileException.class, () -> weights.get("w")).getMessage());
  }

  private static String weightsRefusal(PickleBytes value) {
    byte[] pickle = new PickleBytes().op('}').text("w").stop();
    byte[] tail = value.op('s').stop();
    byte[] all = java.util.Arrays.copyOf(pickle, pickle.length - 1 + tail.length);
    System.arraycopy(tail, 0, all, pickle.length - 1, tail.length);
    return assertThrows(
            MalformedFileException.class, () -> Checkpoint.read(archive(all, 1, 2, 3)).weights())
        .getMessage();
  }

  @Test
  void objectsOfUnknownClassesMatterOnlyWhereTheyAreNeeded() throws IOException {
    PickleBytes pickle = new PickleBytes().op('}').text("evil");
    pickle.global("os", "system").text("rm -rf /").op(0x85, 'R', 's').text("w");
    pickle.tensor("Float", "0", 3, 0, new int[] {3}, new int[] {1}).op('s');
    Checkpoint checkpoint = Checkpoint.read(archive(pickle.stop(), 1, 2, 3));
    assertEquals("os.system", ((Opaque) ((Map<?, ?>) checkpoint.tree()).get("evil")).name());
    assertEquals(
        "x.pth: evil is an object of os.system, not a plain tensor; save plain tensors: {name:"
            + " tensor.contiguous() for each of model.state_dict()}",
        assertThrows(MalformedFileException.class, checkpoint::weights).getMessage());
    String sparse =
        assertThrows(
                MalformedFileException.class, () -> Checkpoint.read(source("sparse.pth")).weights())
            .getMessage();
    assertTrue(
        sparse.startsWith(
            "sparse.pth: net.a is an object of torch._utils._rebuild_sparse_tensor, not"),
        sparse);
  }

  @Test
  void formatsThatAreNotReadAreNamedWithTheRemedy() throws IOException {
    assertEquals(
        "script.pt: format is a TorchScript archive (it has constants.pkl), which holds a program;"
            + " save the weights in Python with torch.save(model.state_dict(), file)",
        refusal(source("script.pt")));
    assertEquals(
        "legacy.pth: format is PyTorch's format from before version 1.6; load it in Python and"
            + " save it again: torch.save(torch.load(file), new_file)",
        refusal(source("legacy.pth")));
    byte[] pointer = "version https://git-lfs.github.com/spec/v1\n".getBytes();
    assertEquals(
        "x.pth: format is a Git LFS pointer, not the file itself; run git lfs pull",
        refusal(SeekableBytes.of(Path.of("x.pth"), pointer)));
    assertEquals(
        "x.pth: format is neither a PyTorch zip archive nor safetensors; check that the file is a"
            + " checkpoint and complete",
        refusal(SeekableBytes.of(Path.of("x.pth"), new byte[0])));
    assertEquals(
        "x.pth: format is a zip without data.pkl, so not a PyTorch checkpoint; if it is a zipped"
            + " model folder, unpack it first",
        refusal(new TorchZip(false).add("plans.json", "{}").source()));
    assertEquals(
        "x.pth: format has two models, a/data.pkl and b/data.pkl; unpack the zip and name one of"
            + " its files",
        refusal(new TorchZip(false).add("a/data.pkl", "N.").add("b/data.pkl", "N.").source()));
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    byte[] bytes = resource("nnunet.pth");
    for (int length = 4; length < bytes.length; length += 997) {
      String message =
          refusal(SeekableBytes.of(Path.of("x.pth"), java.util.Arrays.copyOf(bytes, length)));
      assertEquals(
          "x.pth: zip directory is missing; the file is damaged or truncated; copy it again",
          message);
    }
  }

  @Test
  void missingKeysAreNamedWithThoseThatAreThere() {
    byte[] pickle = new PickleBytes().op('}').text("epoch").whole(3).op('s').stop();
    SeekableBytes source = archive(pickle);
    assertEquals(
        "x.pth: trainer_name is missing; there is [epoch]; check that this is the right file",
        assertThrows(MalformedFileException.class, () -> NnUnetCheckpoint.read(source))
            .getMessage());
    assertEquals(
        "x.pth: content has no state dictionary under a usual name; it has [epoch]; name the path"
            + " to the weights",
        assertThrows(MalformedFileException.class, () -> Checkpoint.read(source).weights())
            .getMessage());
    assertEquals(
        "x.pth: epoch is 3, not a dictionary of tensors; check the path",
        assertThrows(MalformedFileException.class, () -> Checkpoint.read(source).weights("epoch"))
            .getMessage());
    PickleBytes wrong = new PickleBytes().op('}', '(').text("trainer_name").whole(5);
    assertEquals(
        "x.pth: trainer_name is 5, expected a text; check that nnU-Net v2 wrote this file",
        assertThrows(
                MalformedFileException.class,
                () -> NnUnetCheckpoint.read(archive(wrong.op('u').stop())))
            .getMessage());
    PickleBytes axes = new PickleBytes().op('}', '(').text("trainer_name").text("t");
    axes.text("init_args").op('}').text("configuration").text("2d").op('s');
    axes.text("inference_allowed_mirroring_axes").tuple(0, 3).op('u');
    byte[] finished = axes.stop();
    assertEquals(
        "x.pth: inference_allowed_mirroring_axes is [0, 3], expected distinct axes out of 0, 1, 2;"
            + " check that nnU-Net v2 wrote this file",
        assertThrows(MalformedFileException.class, () -> NnUnetCheckpoint.read(archive(finished)))
            .getMessage());
  }

  @Test
  void twoTensorsMustNotGetOneName() {
    PickleBytes pickle = new PickleBytes().op('}');
    pickle.text("w").tensor("Float", "0", 3, 0, new int[] {2}, new int[] {1}).op('s');
    pickle.text("module.w").tensor("Float", "0", 3, 1, new int[] {2}, new int[] {1}).op('s');
    byte[] bytes = pickle.stop();
    assertEquals(
        "x.pth: tensor module.w and another one are both called w without their prefixes; save the"
            + " weights of one model only",
        assertThrows(
                MalformedFileException.class,
                () -> Checkpoint.read(archive(bytes, 1, 2, 3)).weights())
            .getMessage());
  }

  @Test
  void aNameThatIsAllPrefixesIsRefused() {
    PickleBytes pickle = new PickleBytes().op('}').text("module.".repeat(100_000));
    pickle.tensor("Float", "0", 3, 0, new int[] {2}, new int[] {1}).op('s');
    assertEquals(
        "x.pth: tensor module.module.module.module.module.modul... has a name of 700000"
            + " characters, at most 1000; check that the file is a checkpoint",
        assertThrows(
                MalformedFileException.class,
                () -> Checkpoint.read(archive(pickle.stop(), 1, 2, 3)).weights())
            .getMessage());
  }

  @Test
  void askingForATensorThatIsNotThereNamesIt() throws IOException {
    Weights weights = Checkpoint.read(source("protocol4.pth")).weights();
    assertEquals(
        "protocol4.pth: has no tensor c among its 2",
        assertThrows(IllegalArgumentException.class, () -> weights.get("c")).getMessage());
    assertEquals(List.of("b"), new ArrayList<>(weights.namesExcept(List.of("a"))));
  }

  @Test
  void duplicatesAloneStandInForThePlainNames() throws IOException {
    PickleBytes pickle = new PickleBytes().op('}');
    String[] names = {
      "decoder.encoder.stages.0.0.convs.0.all_modules.0.weight",
      "decoder.encoder.stages.0.0.convs.0.all_modules.2.bias"
    };
    for (String name : names) {
      pickle.text(name).tensor("Float", "0", 3, 0, new int[] {2}, new int[] {1}).op('s');
    }
    Weights weights = Checkpoint.read(archive(pickle.stop(), 1, 2, 3)).weights().canonical();
    assertEquals(
        List.of("encoder.stages.0.0.convs.0.conv.weight", "encoder.stages.0.0.convs.0.norm.bias"),
        weights.names());
  }

  @Test
  void weightsInMemoryAreNotCopied() throws IOException {
    Tensor tensor = Tensor.of(Shape.of(3), 1, 2, 3);
    Weights weights = Weights.of(Map.of("a.all_modules.0.weight", tensor));
    assertSame(tensor, weights.get("a.all_modules.0.weight"));
    assertSame(tensor, weights.canonical().get("a.conv.weight"));
    assertEquals(3, weights.elements());
    assertEquals("1 tensors of weights in memory", weights.toString());
  }

  @Test
  void aStateDictionaryBesideALooseTensorIsPreferred() throws IOException {
    PickleBytes pickle = new PickleBytes().op('}').text("best");
    pickle.tensor("Float", "0", 3, 0, new int[] {1}, new int[] {1}).op('s').text("state_dict");
    pickle.op('}').text("w").tensor("Float", "0", 3, 1, new int[] {2}, new int[] {1}).op('s', 's');
    assertEquals(List.of("w"), Checkpoint.read(archive(pickle.stop(), 1, 2, 3)).weights().names());
  }

  @Test
  void aStorageBeyondFourGibibytesIsRead() throws IOException {
    // A sparse file: the records first, then a hole of 5 GiB, then storage 0 and the directory.
    PickleBytes pickle = new PickleBytes().op('}').text("w");
    pickle.tensor("Float", "0", 3, 0, new int[] {3}, new int[] {1}).op('s');
    long hole = 5L << 30;
    TorchZip zip = new TorchZip(true);
    byte[] head = zip.add("x/data.pkl", pickle.stop()).content();
    zip.skipTo(hole).add("x/data/0", TorchZip.floats(ByteOrder.LITTLE_ENDIAN, 1, 2, 3));
    byte[] tail = zip.content();
    Path file = folder.resolve("large.pth");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(head), 0);
      channel.write(ByteBuffer.wrap(tail, head.length, tail.length - head.length), hole);
      channel.write(ByteBuffer.wrap(zip.directory()), hole + tail.length - head.length);
    }
    Weights weights = Checkpoint.read(file).weights();
    assertArrayEquals(new float[] {1, 2, 3}, weights.get("w").array());
    Files.write(file, new byte[1], StandardOpenOption.APPEND);
    Weights again = weights.canonical();
    String message = assertThrows(IOException.class, () -> again.get("w")).getMessage();
    assertTrue(message.startsWith(file + ": had ") && message.endsWith("; open it again"), message);
  }
}
