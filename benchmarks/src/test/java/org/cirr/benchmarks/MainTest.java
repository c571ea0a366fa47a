package org.cirr.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
  @Test
  void everyCommandExplainsItself() {
    assertEquals(
        List.of("cold", "compare", "ladder", "memory", "metrics", "radiomics", "train"),
        List.copyOf(new TreeSet<>(Main.COMMANDS.keySet())));
    Main.COMMANDS.forEach(
        (name, command) -> {
          String usage = new CommandLine(command.get()).getUsageMessage();
          assertTrue(usage.startsWith("Usage: " + name), usage);
        });
  }

  @Test
  void partsAreNamedInLowerCaseAndOthersAreRefused() {
    assertEquals(0, run("compare", "--only", "net,kernels", "--help").code());
    Result result = run("compare", "--only", "nets");
    assertEquals(2, result.code());
    assertTrue(result.text().contains("[NET, RESIDUAL, HEAD41, KERNELS, OPS]"), result.text());
  }

  @Test
  void metricsOfASmallPairAreMeasured() {
    String[] small = {"--shape", "20x40x40", "--runs", "1", "--peer-labels", "0"};
    assertEquals(0, run("metrics", small).code());
  }

  private record Result(int code, String text) {}

  private static Result run(String name, String... arguments) {
    StringWriter text = new StringWriter();
    CommandLine command = Main.commandLine(name);
    command.setErr(new PrintWriter(text, true)).setOut(new PrintWriter(text, true));
    return new Result(command.execute(arguments), text.toString());
  }
}
