package org.cirr.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Makes the PTX files again when asked to; {@link PtxTest} looks at them in the next build. */
class PtxWriteTest {
  @Test
  void theFilesAreMade(@TempDir Path temporary) throws IOException {
    assumeTrue("write".equals(System.getProperty("cirr.ptx")), "skipped: needs -Dcirr.ptx=write");
    PtxFiles.write(temporary);
    PeakFiles.write(temporary);
  }
}
