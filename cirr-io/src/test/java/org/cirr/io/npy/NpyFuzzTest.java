package org.cirr.io.npy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.cirr.fuzz.FuzzRun;
import org.cirr.io.file.SeekableBytes;
import org.junit.jupiter.api.Test;

class NpyFuzzTest {
  private static final Path NAME = Path.of("fuzz");

  private static byte[] bytes(String name) throws Exception {
    SeekableBytes source = NpyArrayTest.resource(name);
    return source.read(0, (int) source.size());
  }

  @Test
  void mutatedNpyFilesEndInDocumentedExceptions() throws Exception {
    List<byte[]> seeds = new ArrayList<>();
    for (int version = 1; version <= 3; version++) {
      seeds.add(bytes("version" + version + ".npy"));
    }
    ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzipped)) {
      out.write(seeds.get(0));
    }
    seeds.add(gzipped.toByteArray());
    FuzzRun.of("npy", seeds, file -> NpyArray.read(SeekableBytes.of(NAME, file)).toTensor()).run();
  }

  @Test
  void mutatedNpzFilesEndInDocumentedExceptions() throws Exception {
    List<byte[]> seeds = List.of(bytes("stored.npz"), bytes("types.npz"));
    FuzzRun.of("npz", seeds, file -> Npz.read(SeekableBytes.of(NAME, file))).run();
  }
}
