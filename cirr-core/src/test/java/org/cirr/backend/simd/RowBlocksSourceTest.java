package org.cirr.backend.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowBlocksSourceTest {
  static List<String> names() {
    return RowBlocksSource.NAMES;
  }

  @ParameterizedTest
  @MethodSource("names")
  void theUnrolledLoopsAreWhatTheirProgramWrites(String name) throws IOException {
    Path file = RowBlocksSource.file(Path.of(""), name);
    assertEquals(
        RowBlocksSource.source(name),
        Files.readString(file),
        file + " differs: write it again with RowBlocksSource");
  }

  @Test
  void theLoopsOfDepthwiseConvolutionsAreWhatTheirProgramWrites() throws IOException {
    Path file = DepthwiseRowsSource.file(Path.of(""));
    assertEquals(
        DepthwiseRowsSource.source(),
        Files.readString(file),
        file + " differs: write it again with DepthwiseRowsSource");
  }
}
