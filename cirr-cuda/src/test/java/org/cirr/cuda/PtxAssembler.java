package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/** The PTX compiler of CUDA 12.0, which lies in JCuda's natives. */
final class PtxAssembler {
  static {
    try { // unpacked for this process alone: see NativeLibraries
      Path folder = Files.createTempDirectory("cirr-cuda-");
      String temporary = System.setProperty("java.io.tmpdir", folder.toString());
      JNvPTXCompiler.setExceptionsEnabled(false); // loads the library
      System.setProperty("java.io.tmpdir", temporary);
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PtxAssembler() {}

  /**
   * What the compiler says against PTX text that ends with a zero byte; empty where it is right.
   */
  static String errors(byte[] image, String architecture) {
    nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
    assertEquals(0, JNvPTXCompiler.nvPTXCompilerCreate(compiler, image.length, image));
    try {
      String[] options = {"--gpu-name=" + architecture, "-O0"};
      if (JNvPTXCompiler.nvPTXCompilerCompile(compiler, options.length, options) == 0) {
        return "";
      }
      long[] length = new long[1];
      JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(compiler, length);
      byte[] log = new byte[(int) length[0] + 1];
      JNvPTXCompiler.nvPTXCompilerGetErrorLog(compiler, log);
      return "refused: " + new String(log, StandardCharsets.US_ASCII).trim();
    } finally {
      JNvPTXCompiler.nvPTXCompilerDestroy(compiler);
    }
  }
}
