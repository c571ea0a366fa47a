package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.cirr.io.image.ImageFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class DemoCommandTest {
  @TempDir Path folder;

  private final FakeModel model = new FakeModel("MR");

  @Test
  void everythingIsInOneFolder() throws Exception {
    Path out = folder.resolve("new/demo");
    FakeModel.Ended ended =
        model.call("demo", "-o", out.toString(), "--seed", "3", "--contrast", "t1", "--cirrhotic");
    assertEquals(0, ended.code(), ended.err());
    assertNull(model.opened(), "the bundled model is asked for");
    try (Stream<Path> files = Files.list(out)) {
      assertEquals(
          List.of(
              "image.nii.gz",
              "mask.nii.gz",
              "mask.png",
              "metrics.csv",
              "metrics.json",
              "reference.nii.gz",
              "report.html",
              "truth.png"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    assertEquals(
        ImageFile.read(out.resolve("image.nii.gz")).shape(),
        ImageFile.readLabels(out.resolve("mask.nii.gz")).shape());
    String json = Files.readString(out.resolve("metrics.json"));
    assertTrue(JsonParser.parseString(json).getAsJsonObject().has("cases"));
    assertEquals(5, Files.readAllLines(out.resolve("metrics.csv")).size(), "a row per organ");
    assertTrue(ended.out().contains("open " + out.resolve("report.html")), ended.out());
    checkPage(out);
  }

  /** The page is XML too, so a parser can say that it is well formed. */
  private static void checkPage(Path out) throws Exception {
    String html = Files.readString(out.resolve("report.html"));
    String xml = html.replaceFirst("(?i)<!doctype html>", "");
    Document page =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(xml)));
    assertEquals(5, page.getElementsByTagName("tr").getLength());
    String text = page.getDocumentElement().getTextContent();
    assertTrue(text.contains("Research software, not a medical device."), text);
    assertTrue(text.contains("cirr demo --seed 3 --contrast t1 --cirrhotic"), text);
    assertTrue(text.contains("Warning: a warning of the model"), text);
    for (String blank : List.of("TITLE", "SECONDS", "PLAN", "CALL", "VERSION", "ROWS", "FIGURES")) {
      assertTrue(!text.contains(blank), blank + " is not filled in");
    }
    String[] pictures = {"mask.png", "truth.png"};
    for (int i = 0; i < pictures.length; i++) {
      String source = ((Element) page.getElementsByTagName("img").item(i)).getAttribute("src");
      byte[] png = Files.readAllBytes(out.resolve(pictures[i]));
      assertEquals("data:image/png;base64," + Base64.getEncoder().encodeToString(png), source);
    }
  }

  @Test
  void seedsThatTheModelWasTrainedOnAreRefused() {
    FakeModel.Ended ended = model.call("demo", "-o", folder.toString(), "--seed", "1000");
    assertEquals(2, ended.code());
    assertEquals("cirr: --seed is 0 to 999, got 1000 (see 'cirr help demo')", ended.lastError());
    ended = model.call("demo", "-o", folder.toString(), "--threads", "0");
    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("--threads is 1 or more, got 0"), ended.err());
  }

  @Test
  void aFileInTheWayIsSaid() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    FakeModel.Ended ended = model.call("demo", "-o", file.toString());
    assertEquals(4, ended.code(), ended.err());
    assertTrue(ended.lastError().contains(file.toString()), ended.err());
  }
}
