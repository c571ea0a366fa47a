package org.cirr.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cirr.io.image.ImageFile;
import org.cirr.nn.segment.Segmentation;
import org.cirr.testing.Shared;
import org.cirr.volume.LabelMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the README shows is what {@link Snippets} compiles, and it works. */
class ReadmeSnippetTest {
  @TempDir Path folder;

  private static String find(Path file, String regex) throws IOException {
    Matcher matcher =
        Pattern.compile(regex, Pattern.DOTALL).matcher(Files.readString(file).replace("\r", ""));
    assertTrue(matcher.find(), file + " has no " + regex);
    return matcher.group(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"segment", "options", "bundled"})
  void theReadmeShowsTheCompiledCode(String name) throws IOException {
    String code =
        find(
            Path.of("src/test/java/org/cirr/nn/Snippets.java"),
            "// snippet: " + name + "\n(.*?)\n *// end");
    String shown =
        find(Path.of("../README.md"), "<!-- snippet: " + name + " -->\n```java\n(.*?)\n```");
    assertEquals(code.stripIndent(), shown);
  }

  @Test
  void theExampleSegmentsAScan() throws IOException {
    Path model = Shared.require("goldens/nnunet/models/plain_chaos");
    Path scan = Shared.require("goldens/nnunet/inputs/tiny_0000.nii.gz");
    Path out = folder.resolve("mask.nii.gz");
    Snippets.segment(model, scan, out);
    LabelMap mask = ImageFile.readLabels(out);
    assertEquals(ImageFile.read(scan).shape(), mask.shape());
    assertTrue(mask.counts().length > 1, "the mask is empty");
  }

  @Test
  void theExampleWithOptionsGivesOnlyTheLabelItAsksFor() throws IOException {
    Path model = Shared.require("goldens/nnunet/models/plain_chaos");
    Path scan = Shared.require("goldens/nnunet/inputs/tiny_0000.nii.gz");
    Segmentation result =
        Snippets.segmentWithCare(model, scan, (stage, fraction) -> {}, () -> false);
    assertTrue(result.labels().counts().length <= 2, "labels other than liver (1)");
  }
}
