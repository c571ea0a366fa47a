package org.cirr.nn.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/**
 * The command {@code cirr}.
 *
 * <p>{@link #run} is the whole program without its process: it touches no static state, prints only
 * to the given writers and returns the exit code.
 */
@Command(
    name = "cirr",
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SegmentCommand.class,
      PreviewCommand.class,
      MetricsCommand.class,
      RadiomicsCommand.class,
      PlanCommand.class,
      TrainCommand.class,
      PseudoLabelCommand.class,
      ExportCommand.class,
      PhantomCommand.class,
      DemoCommand.class,
      InfoCommand.class,
      HelpCommand.class
    },
    description = {
      "Segments organs in MRI and CT with nnU-Net v2 models, in plain Java.",
      "Research software, not a medical device."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  cirr demo",
      "  cirr segment -i scan.nii.gz",
      "  cirr segment -m MODEL_FOLDER -i scan.nii.gz",
      "",
      "Exit codes: 0 done, 1 a defect of cirr, 2 wrong call, 3 some cases failed,",
      "            4 bad input, 130 cancelled."
    })
public final class Main implements Runnable {
  /** How long an ending process waits for the work to clean up after itself. */
  private static final long CLEAN_UP_SECONDS = 30;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  static Main create() {
    return new Main();
  }

  /** Runs the program and ends the process with its exit code. */
  public static void main(String[] args) {
    AtomicBoolean cancelled = new AtomicBoolean();
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  cancelled.set(true);
                  awaitQuietly(ended);
                },
                "cirr-cancel"));
    PrintWriter out = writer(FileDescriptor.out);
    PrintWriter err = writer(FileDescriptor.err);
    int code = ExitCode.DEFECT;
    try {
      code =
          new CommandRunner(OpenedModel::open, Terminal.ofProcess(), cancelled::get)
              .run(out, err, args);
    } finally {
      out.flush();
      err.flush();
      ended.countDown();
    }
    System.exit(code);
  }

  /**
   * Runs the program as if in a pipe.
   *
   * @param out takes results
   * @param err takes errors, warnings and progress
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return new CommandRunner(OpenedModel::open, Terminal.NONE, () -> false).run(out, err, args);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** The version of cirr's own jars. */
  static String version() {
    try (var in = Main.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (java.io.IOException e) {
      return "unknown";
    }
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    Charset charset = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), charset), /* autoFlush= */ true);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"cirr " + version()};
    }
  }
}
