package org.cirr.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.cirr.benchmarks.compare.CompareCommand;
import org.cirr.benchmarks.ladder.LadderCommand;
import picocli.CommandLine;

/**
 * {@code java -jar benchmarks.jar compare …} compares cirr with its peers, {@code … ladder} times
 * the forms of one convolution; all other arguments go to JMH.
 *
 * <p>Each command runs in a Java process of its own, see {@link FreshJvm}.
 */
public final class Main {
  private static final String CHILD = "cirr.benchmarks.child";

  private Main() {}

  /** The entry point. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String command = arguments.length == 0 ? "" : arguments[0];
    List<String> rest =
        Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
    switch (command) {
      case "compare" -> System.exit(inFreshJvm(command, rest, new CompareCommand()));
      case "ladder" -> System.exit(inFreshJvm(command, rest, new LadderCommand()));
      default -> org.openjdk.jmh.Main.main(arguments);
    }
  }

  private static int inFreshJvm(String name, List<String> arguments, Object command)
      throws IOException, InterruptedException {
    if (Boolean.getBoolean(CHILD)) {
      return new CommandLine(command)
          .setCaseInsensitiveEnumValuesAllowed(true)
          .execute(arguments.toArray(String[]::new));
    }
    List<String> flags = List.of("-Xmx4g", "-Xms4g", "-D" + CHILD + "=true");
    String[] all = new String[arguments.size() + 1];
    all[0] = name;
    System.arraycopy(arguments.toArray(), 0, all, 1, arguments.size());
    return FreshJvm.run(Main.class.getName(), flags, List.of(all));
  }
}
