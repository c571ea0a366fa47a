package org.cirr.nn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import picocli.CommandLine.Option;

/** pyradiomics' options on what is said, and the saying of it; lines never mix. */
final class RadiomicsLog {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  /** How grave a message is; in the order of pyradiomics' verbosity 1 to 5. */
  enum Level {
    CRITICAL,
    ERROR,
    WARNING,
    INFO,
    DEBUG
  }

  @Option(
      names = "--verbosity",
      defaultValue = "4",
      paramLabel = "N",
      description =
          "What is printed beside the features: 1 nothing, 2 failed cases, 3 also warnings,"
              + " 4 and 5 also progress. Default: 4.")
  private int verbosity;

  @Option(
      names = "--log-file",
      paramLabel = "FILE",
      description = "Append messages to a file, with the time.")
  private Path file;

  @Option(
      names = "--logging-level",
      defaultValue = "WARNING",
      paramLabel = "LEVEL",
      description =
          "The least level of the file: DEBUG, INFO, WARNING, ERROR or CRITICAL. Default: WARNING.")
  private Level fileLevel;

  /** What is wrong with the options; null when nothing is. */
  String wrong() {
    return verbosity < 1 || verbosity > 5 ? "--verbosity must be 1 to 5, got " + verbosity : null;
  }

  /** Prints a message and writes it to the file, each if its level asks for it. */
  synchronized void say(Level level, String message, PrintWriter err) {
    if (level.ordinal() < verbosity) {
      err.println(level == Level.WARNING ? "warning: " + message : message);
      err.flush();
    }
    if (file != null && level.compareTo(fileLevel) <= 0) {
      try {
        Files.writeString(
            file,
            String.format(
                Locale.ROOT, "%s %s: %s%n", LocalDateTime.now().format(STAMP), level, message),
            StandardCharsets.UTF_8,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } catch (IOException e) { // the features are worth more than their log
        err.println("warning: " + file + ": cannot be written (" + e + "); there is no log");
        file = null;
      }
    }
  }
}
