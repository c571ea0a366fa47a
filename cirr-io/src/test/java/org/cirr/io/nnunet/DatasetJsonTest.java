package org.cirr.io.nnunet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;
import org.cirr.testing.Shared;
import org.junit.jupiter.api.Test;

class DatasetJsonTest {
  static SeekableBytes json(String text) {
    return SeekableBytes.of(
        Path.of("x.json"), text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static DatasetJson labels(String labels) throws IOException {
    return DatasetJson.read(json("{'channel_names':{'0':'MR'},'labels':" + labels + "}"));
  }

  private static void assertRefused(String expected, String text) {
    MalformedFileException refusal =
        assertThrows(MalformedFileException.class, () -> DatasetJson.read(json(text)));
    assertEquals("x.json: " + expected, refusal.getMessage());
  }

  private static void assertLabelsRefused(String expected, String labels) {
    assertRefused(expected, "{'channel_names':{'0':'MR'},'labels':" + labels + "}");
  }

  @Test
  void theGoldenDataSetsAreRead() throws IOException {
    Path models = Shared.require("goldens/nnunet/models");
    DatasetJson regions = DatasetJson.read(models.resolve("regions/dataset.json"));
    assertEquals(List.of("T2"), regions.channelNames());
    assertEquals(".nii.gz", regions.fileEnding());
    LabelScheme labels = regions.labels();
    assertTrue(labels.hasRegions());
    assertEquals(3, labels.heads());
    assertEquals(List.of("abdominal", "kidneys", "liver"), labels.names());
    assertEquals(List.of(4, 2, 1), labels.values());
    assertEquals(List.of(List.of(1, 2, 3, 4), List.of(2, 3), List.of(1)), labels.regions());
    assertEquals(Map.of(4, "abdominal", 2, "kidneys", 1, "liver"), labels.namesByValue());
    DatasetJson two = DatasetJson.read(models.resolve("random_2ch/dataset.json"));
    assertEquals(List.of("CT", "T2grad"), two.channelNames());
    assertEquals(OptionalInt.of(5), two.labels().ignoreLabel());
    assertEquals(5, two.labels().heads());
    DatasetJson lung = DatasetJson.read(Shared.require("data/nnunet-plans/msd-lung/dataset.json"));
    assertEquals(List.of("background", "cancer"), lung.labels().names());
  }

  @Test
  void theLegacyNameOfTheChannelsIsKnown() throws IOException {
    DatasetJson dataset =
        DatasetJson.read(
            json(
                "{'modality':{'1':'T2','0':'T1'},'labels':{'background':0},'file_ending':'.mha'}"));
    assertEquals(List.of("T1", "T2"), dataset.channelNames());
    assertEquals(".mha", dataset.fileEnding());
  }

  @Test
  void aListOfOneLabelIsAPlainLabel() throws IOException {
    LabelScheme labels = labels("{'b':[2],'background':0,'a':1}").labels();
    assertFalse(labels.hasRegions());
    assertEquals(List.of("background", "a", "b"), labels.names());
    assertEquals(List.of(0, 1, 2), labels.values());
    assertFalse(labels.needs16Bits());
  }

  @Test
  void manyLabelsNeedSixteenBits() throws IOException {
    for (int foreground : new int[] {254, 255}) {
      StringBuilder text = new StringBuilder("{'background':0");
      for (int label = 1; label <= foreground; label++) {
        text.append(",'l").append(label).append("':").append(label);
      }
      assertEquals(foreground == 255, labels(text + "}").labels().needs16Bits());
    }
  }

  @Test
  void badLabelsAreRefusedByPlace() {
    assertLabelsRefused(
        "labels has no background with the value 0; add \"background\": 0 to the labels",
        "{'liver':1}");
    assertLabelsRefused(
        "labels has the 3 values up to 7 with gaps; number the labels 0, 1, 2, ... without gaps,"
            + " as nnU-Net asks for",
        "{'background':0,'a':1,'b':7}");
    assertLabelsRefused(
        "labels has the ignore label 4, which must be one above the highest label, 1; renumber the"
            + " labels",
        "{'background':0,'a':1,'ignore':4}");
    assertLabelsRefused(
        "labels.a is \"1\", expected a number; check how the file was made",
        "{'background':0,'a':'1'}");
    assertLabelsRefused(
        "labels.a is 1.5, expected a whole number; check how the file was made",
        "{'background':0,'a':1.5}");
    assertLabelsRefused(
        "labels.a[1] is -1, expected a whole number from 0 to 65534; check how the file was made",
        "{'background':0,'a':[1,-1]}");
    assertLabelsRefused(
        "labels.a is [], expected a label or a list of labels; check how the file was made",
        "{'background':0,'a':[]}");
    assertLabelsRefused("labels is [1], expected an object; check how the file was made", "[1]");
    assertLabelsRefused(
        "regions_class_order is missing; check that the file is complete",
        "{'background':0,'a':[1,2]}");
    assertLabelsRefused(
        "regions_class_order has 1 values for 2 regions [a, b]; give one value per region, in the"
            + " order of the labels",
        "{'background':0,'a':[1,2],'b':2},'regions_class_order':[1]");
  }

  @Test
  void badFilesAreRefused() {
    assertRefused("channel_names is missing; check that the file is complete", "{}");
    assertRefused(
        "channel_names.0 is missing; check that the file is complete",
        "{'channel_names':{'1':'MR'}}");
    assertRefused(
        "channel_names.0 is 7, expected a text; check how the file was made",
        "{'channel_names':{'0':7}}");
    assertRefused(
        "channel_names has 0 channels, expected 1 to 1000; check the file", "{'channel_names':{}}");
    assertRefused("JSON is [1,2], expected an object; check the file", "[1,2]");
    assertRefused(
        "JSON is not valid: End of input at line 1 column 2 path $.; the file is damaged; copy it"
            + " again",
        "{");
    String deep = "{'a':" + "[".repeat(100_000);
    MalformedFileException refusal =
        assertThrows(MalformedFileException.class, () -> DatasetJson.read(json(deep)));
    assertTrue(
        refusal.getMessage().startsWith("x.json: JSON is not valid: Nesting limit 64 reached"),
        refusal.getMessage());
    byte[] latin = {'{', '"', (byte) 0xe4, '"', ':', '1', '}'};
    refusal =
        assertThrows(
            MalformedFileException.class,
            () -> DatasetJson.read(SeekableBytes.of(Path.of("x.json"), latin)));
    assertEquals("x.json: JSON is not UTF-8 text; save the file as UTF-8", refusal.getMessage());
  }

  @Test
  void anOrientationCanBeDeclared() throws IOException {
    String start = "{'channel_names':{'0':'MR'},'labels':{'background':0,'liver':1}";
    assertEquals(null, DatasetJson.read(json(start + "}")).orientation());
    assertEquals(
        org.cirr.volume.Orientation.of("LAS"),
        DatasetJson.read(json(start + ",'cirr_orientation':'las'}")).orientation());
    assertRefused(
        "cirr_orientation is \"LLS\", expected one letter of each of R/L, A/P and S/I, such as LPS;"
            + " check how the file was made",
        start + ",'cirr_orientation':'LLS'}");
    assertRefused(
        "cirr_orientation is 3, expected a text; check how the file was made",
        start + ",'cirr_orientation':3}");
  }
}
