package org.cirr.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.cirr.benchmarks.cold.ColdCommand;
import org.cirr.benchmarks.compare.CompareCommand;
import org.cirr.benchmarks.ladder.LadderCommand;
import org.cirr.benchmarks.memory.MemoryCommand;
import org.cirr.benchmarks.radiomics.RadiomicsCommand;
import org.cirr.benchmarks.scoring.MetricsCommand;
import org.cirr.benchmarks.train.TrainCommand;
import picocli.CommandLine;

/**
 * {@code java -jar benchmarks.jar compare …} compares cirr with its peers, {@code … ladder} times
 * the forms of one convolution, {@code … radiomics} the features of a region; all other arguments
 * go to JMH.
 *
 * <p>Each command runs in a Java process of its own, see {@link FreshJvm}, with a heap of 4 GiB or
 * what {@code -Dcirr.benchmarks.heap=6g} says.
 */
public final class Main {
  private static final String CHILD = "cirr.benchmarks.child";

  static final Map<String, Supplier<Callable<Integer>>> COMMANDS =
      Map.of(
          "compare", CompareCommand::new,
          "memory", MemoryCommand::new,
          "cold", ColdCommand::new,
          "metrics", MetricsCommand::new,
          "ladder", LadderCommand::new,
          "train", TrainCommand::new,
          "radiomics", RadiomicsCommand::new);

  private Main() {}

  /** The entry point. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length > 0 && COMMANDS.containsKey(arguments[0])) {
      System.exit(inFreshJvm(arguments));
    }
    org.openjdk.jmh.Main.main(arguments);
  }

  private static int inFreshJvm(String[] arguments) throws IOException, InterruptedException {
    if (Boolean.getBoolean(CHILD)) {
      String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
      return commandLine(arguments[0]).execute(rest);
    }
    // The metrics promise to do with 2 GB; the others are measured in a heap that is there.
    String heap = System.getProperty("cirr.benchmarks.heap", heap(arguments[0]));
    List<String> flags = new ArrayList<>(List.of("-Xmx" + heap, "-D" + CHILD + "=true"));
    if (!arguments[0].equals("metrics")) {
      flags.add("-Xms" + heap);
    }
    return FreshJvm.run(Main.class.getName(), flags, List.of(arguments));
  }

  private static String heap(String command) {
    return switch (command) {
      case "metrics" -> "2g";
      case "train" -> "8g";
      default -> "4g";
    };
  }

  static CommandLine commandLine(String name) {
    return new CommandLine(COMMANDS.get(name).get()).setCaseInsensitiveEnumValuesAllowed(true);
  }
}
