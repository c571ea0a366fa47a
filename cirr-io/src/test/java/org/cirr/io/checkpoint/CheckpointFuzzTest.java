package org.cirr.io.checkpoint;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.cirr.fuzz.FuzzRun;
import org.cirr.io.file.SeekableBytes;
import org.junit.jupiter.api.Test;

class CheckpointFuzzTest {
  private static final Path NAME = Path.of("fuzz");

  private static void readAll(byte[] file) throws Exception {
    Checkpoint checkpoint = Checkpoint.read(SeekableBytes.of(NAME, file));
    String.valueOf(checkpoint.tree());
    Weights weights = checkpoint.weights();
    Weights canonical = weights.canonical();
    for (String name : canonical.names()) {
      canonical.ref(name);
    }
    for (String name : weights.names()) {
      weights.get(name);
    }
  }

  private static byte[] small() {
    PickleBytes pickle = new PickleBytes().op('}').text("w");
    pickle.tensor("Half", "0", 6, 1, new int[] {2, 2}, new int[] {1, 2}).op('s').text("v");
    pickle.tensor("Float", "1", 3, 0, new int[] {3}, new int[] {1}).op('s');
    return new TorchZip(true)
        .add("x/data.pkl", pickle.stop())
        .add("x/data/0", new byte[12])
        .add("x/data/1", TorchZip.floats(ByteOrder.LITTLE_ENDIAN, 1, 2, 3))
        .bytes();
  }

  @Test
  void mutatedPyTorchArchivesEndInDocumentedExceptions() throws Exception {
    List<byte[]> seeds =
        List.of(
            small(),
            CheckpointTest.resource("protocol4.pth"),
            CheckpointTest.resource("nnunet.pth"));
    FuzzRun.of("pth", seeds, CheckpointFuzzTest::readAll).run();
  }

  @Test
  void mutatedPicklesEndInDocumentedExceptions() throws Exception {
    PickleBytes pickle = new PickleBytes().op('}').text("w");
    pickle.tensor("Half", "0", 6, 1, new int[] {2, 2}, new int[] {1, 2}).op('s').text("n");
    pickle.global("numpy.core.multiarray", "scalar").global("numpy", "dtype");
    pickle.op('(').text("f8").op(0x89, 0x88, 't', 'R').op('C', 8, 0, 0, 0, 0, 0, 0, 0, 0);
    pickle.op(0x86, 'R', 's').text("l").op(']', '(', 'K', 1, 'N', 'e', 's');
    byte[] text = "(dp0\nVa\np1\n(lp2\nI1\naF2.5\naNaI01\naVx\np3\nas.".getBytes();
    List<byte[]> seeds = List.of(pickle.stop(), text);
    FuzzRun.of("pickle", seeds, file -> PickleFile.read(SeekableBytes.of(NAME, file))).run();
  }

  @Test
  void mutatedSafetensorsEndInDocumentedExceptions() throws Exception {
    List<byte[]> seeds = List.of(CheckpointTest.resource("small.safetensors"));
    FuzzRun.of("safetensors", seeds, CheckpointFuzzTest::readAll).run();
  }
}
