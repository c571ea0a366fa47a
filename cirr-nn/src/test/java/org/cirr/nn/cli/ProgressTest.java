package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter text = new StringWriter();
  private long seconds;

  private Progress.Lines lines() {
    return new Progress.Lines(new PrintWriter(text), "a", () -> seconds * 1_000_000_000L);
  }

  @Test
  void aShortRunPrintsNothing() {
    try (Progress.Lines lines = lines()) {
      for (int step = 0; step <= 100; step++) {
        lines.update("predict", step / 100.0);
      }
    }
    assertEquals("", text.toString());
  }

  @Test
  void everyTenthIsALine() {
    try (Progress.Lines lines = lines()) {
      for (int step = 1; step <= 100; step++) {
        seconds = step;
        lines.update("predict", step / 100.0);
      }
    }
    assertEquals(10, text.toString().lines().count(), text.toString());
    assertEquals("a: predict 10 %", text.toString().lines().findFirst().orElseThrow());
  }

  @Test
  void slowWorkIsALineEveryTenSeconds() {
    try (Progress.Lines lines = lines()) {
      for (int step = 1; step <= 60; step++) {
        seconds = step;
        lines.update("predict", 0.01);
      }
    }
    assertEquals(6, text.toString().lines().count(), text.toString());
  }

  @Test
  void theBarStaysWithinTheTerminal() {
    int columns = 60;
    try (Progress.Bar bar =
        new Progress.Bar(new PrintWriter(text), "a-case-with-a-rather-long-name-indeed", columns)) {
      bar.update("predict", 0.5);
      bar.update("export the segmentation", 1);
    }
    String shown = text.toString();
    assertTrue(shown.contains("100 %"), shown);
    for (String line : shown.split("[\r\n]+")) {
      assertTrue(line.length() < columns, line.length() + ": " + line);
    }
  }
}
