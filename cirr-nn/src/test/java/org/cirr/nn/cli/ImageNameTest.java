package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNameTest {
  @ParameterizedTest
  @CsvSource({
    "liver.nii.gz, liver, .nii.gz, -1, liver, .nii.gz",
    "liver_0000.nii.gz, liver_0000, .nii.gz, 0, liver, .nii.gz",
    "a.b_0012.nii, a.b_0012, .nii, 12, a.b, .nii",
    "scan_12345.NII.GZ, scan_12345, .NII.GZ, -1, scan_12345, .nii.gz",
    "x.nhdr, x, .nhdr, -1, x, .nrrd",
    "x.hdr.gz, x, .hdr.gz, -1, x, .nii.gz",
    "_0000.img, _0000, .img, -1, _0000, .nii.gz",
    "notes.txt, notes.txt, '', -1, notes.txt, .nii.gz"
  })
  void aNameIsTakenApart(
      String name, String stem, String ending, int channel, String caseName, String mask) {
    ImageName parts = ImageName.of(Path.of("folder", name));
    assertEquals(stem, parts.stem());
    assertEquals(ending, parts.ending());
    assertEquals(channel, parts.channel());
    assertEquals(caseName, parts.caseOfChannel());
    assertEquals(mask, parts.maskEnding());
  }

  @Test
  void aSiblingIsTheSameCaseWithAnotherNumber() {
    assertEquals("a_0002.nii.gz", ImageName.of(Path.of("a_0000.nii.gz")).sibling(2));
  }
}
