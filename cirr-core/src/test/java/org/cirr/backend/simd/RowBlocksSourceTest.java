package org.cirr.backend.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowBlocksSourceTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6, 0})
  void theUnrolledLoopsAreWhatTheirProgramWrites(int pitch) throws IOException {
    Path file = RowBlocksSource.file(Path.of(""), pitch);
    assertEquals(
        RowBlocksSource.source(pitch),
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
