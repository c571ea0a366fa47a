package org.cirr.io.nnunet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;
import org.junit.jupiter.api.Test;

class PostprocessingTest {
  private static final String FUNCTION = "remove_all_but_largest_component_from_segmentation";

  static byte[] pickle() throws IOException {
    try (InputStream in = PostprocessingTest.class.getResourceAsStream("postprocessing.pkl")) {
      return in.readAllBytes();
    }
  }

  private static void assertRefused(String expected, SeekableBytes source) {
    MalformedFileException refusal =
        assertThrows(MalformedFileException.class, () -> Postprocessing.read(source));
    assertEquals(expected, refusal.getMessage());
  }

  private static SeekableBytes bytes(String pickle) {
    return SeekableBytes.of(Path.of("x.pkl"), pickle.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void theReadableFormIsRead() throws IOException {
    Postprocessing steps =
        Postprocessing.read(
            DatasetJsonTest.json(
                "{'postprocessing_fns':['%s','%s'],'postprocessing_kwargs':["
                        .formatted(FUNCTION, FUNCTION)
                    + "{'labels_or_regions':[[1,2],3]},"
                    + "{'labels_or_regions':5,'background_label':1}]}"));
    assertEquals(
        List.of(
            new Postprocessing.KeepLargest(List.of(1, 2, 3), 0),
            new Postprocessing.KeepLargest(List.of(5), 1)),
        steps.steps());
  }

  @Test
  void thePickleIsReadWithoutLoadingItsFunction() throws IOException {
    Postprocessing steps =
        Postprocessing.read(SeekableBytes.of(Path.of("postprocessing.pkl"), pickle()));
    assertEquals(
        List.of(
            new Postprocessing.KeepLargest(List.of(1, 2, 3), 0),
            new Postprocessing.KeepLargest(List.of(2), 0)),
        steps.steps());
  }

  @Test
  void noStepsAreFine() throws IOException {
    assertEquals(
        List.of(),
        Postprocessing.read(
                DatasetJsonTest.json("{'postprocessing_fns':[],'postprocessing_kwargs':[]}"))
            .steps());
    assertEquals(List.of(), Postprocessing.read(bytes("(](lt.".replace("](l", "(l(l"))).steps());
  }

  @Test
  void otherFunctionsAndArgumentsAreRefused() {
    String made = "; check that nnU-Net wrote this file";
    assertRefused(
        "x.json: postprocessing_fns[0] is \"fill\", expected \""
            + FUNCTION
            + "\", the only one supported; check how the file was made",
        DatasetJsonTest.json("{'postprocessing_fns':['fill'],'postprocessing_kwargs':[{}]}"));
    assertRefused(
        "x.json: postprocessing_kwargs has 0 entries, postprocessing_fns has 1" + made,
        DatasetJsonTest.json("{'postprocessing_fns':['fill'],'postprocessing_kwargs':[]}"));
    assertRefused(
        "x.json: postprocessing_kwargs[0].labels_or_regions is \"a\", expected a number; check how"
            + " the file was made",
        DatasetJsonTest.json(
            "{'postprocessing_fns':['%s'],'postprocessing_kwargs':[{'labels_or_regions':'a'}]}"
                .formatted(FUNCTION)));
    assertRefused("x.pkl: pickle is no pair of as many functions as arguments" + made, bytes("N."));
    assertRefused(
        "x.pkl: function is system, supported is "
            + FUNCTION
            + "; run this post-processing with nnU-Net",
        bytes("((cos\nsystem\nl((dlt."));
    assertRefused(
        "x.pkl: function is an unnamed object, supported is "
            + FUNCTION
            + "; run this post-processing with nnU-Net",
        bytes("((Nl((dlt."));
    assertRefused(
        "x.pkl: labels_or_regions is null, expected labels or regions" + made,
        bytes("((cx\n" + FUNCTION + "\nl((dlt."));
    // One list that is named many times.
    assertRefused(
        "x.pkl: labels_or_regions names more than 65536 labels" + made,
        bytes(
            "((cx\n"
                + FUNCTION
                + "\nl((X\u0011\u0000\u0000\u0000labels_or_regions](]("
                + "K\u0001".repeat(700)
                + "eq\u0000"
                + "h\u0000".repeat(100)
                + "edlt."));
    // A list that contains itself.
    assertRefused(
        "x.pkl: labels_or_regions is list of 1, expected labels or regions" + made,
        bytes(
            "((cx\n"
                + FUNCTION
                + "\nl((X\u0011\u0000\u0000\u0000labels_or_regions]q\u0000h\u0000a"
                + "dlt."));
  }
}
