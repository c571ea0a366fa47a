package org.cirr.nn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.cirr.nn.segment.InfiniteLogitException;
import org.cirr.nn.train.NotFiniteLossException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Parses a call, runs its command, and turns whatever goes wrong into one line and a code. */
final class CommandRunner {
  private final OpenedModel.Opener opener;
  private final Terminal terminal;
  private final BooleanSupplier cancelled;

  CommandRunner(OpenedModel.Opener opener, Terminal terminal, BooleanSupplier cancelled) {
    this.opener = opener;
    this.terminal = terminal;
    this.cancelled = cancelled;
  }

  int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line =
        new CommandLine(Main.class, new Commands(opener, terminal, cancelled))
            .setOut(out)
            .setErr(err)
            .setUsageHelpWidth(Math.min(terminal.columns(), 100))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler((wrong, ignored) -> wrongCall(err, wrong))
            .setExecutionExceptionHandler(
                (thrown, command, parsed) -> failed(err, ended(thrown), parsed));
    try {
      return line.execute(args);
    } catch (Error error) { // picocli passes on exceptions only
      Throwable thrown = ended(error);
      err.println("cirr: " + describe(thrown));
      if (List.of(args).contains("--verbose") || List.of(args).contains("-v")) {
        error.printStackTrace(err);
      }
      return code(thrown);
    } finally {
      out.flush();
      err.flush();
    }
  }

  private static int wrongCall(PrintWriter err, ParameterException wrong) {
    StringBuilder text = new StringBuilder("cirr: ").append(oneLine(wrong.getMessage()));
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        text.append("; did you mean ").append(suggestions.get(0)).append("?");
      }
    }
    String command = wrong.getCommandLine().getCommandName();
    String help = command.equals("cirr") ? "cirr help" : "cirr help " + command;
    err.println(text.append(" (see '").append(help).append("')"));
    return ExitCode.WRONG_CALL;
  }

  /** What ended a command; a process that is being ended makes all kinds of calls fail. */
  private Throwable ended(Throwable thrown) {
    if (!cancelled.getAsBoolean() || thrown instanceof CancellationException) {
      return thrown;
    }
    CancellationException stop = new CancellationException("cancelled");
    stop.initCause(thrown);
    return stop;
  }

  private static int failed(PrintWriter err, Throwable thrown, ParseResult parsed) {
    err.println("cirr: " + describe(thrown));
    if (Verbosity.of(parsed)) {
      thrown.printStackTrace(err);
    }
    return code(thrown);
  }

  /** The exit code for what ended a command. */
  static int code(Throwable thrown) {
    if (thrown instanceof CancellationException) {
      return ExitCode.CANCELLED;
    }
    boolean input =
        thrown instanceof IOException
            || thrown instanceof UncheckedIOException
            || thrown instanceof IllegalArgumentException
            || thrown instanceof UnsupportedOperationException
            || thrown instanceof InfiniteLogitException
            || thrown instanceof NotFiniteLossException
            || thrown instanceof OutOfMemoryError;
    return input ? ExitCode.BAD_INPUT : ExitCode.DEFECT;
  }

  /** What went wrong, in one line. */
  static String describe(Throwable thrown) {
    if (thrown instanceof CancellationException) {
      return "cancelled; files that were not finished are not there";
    }
    if (thrown instanceof OutOfMemoryError) {
      return String.format(
          java.util.Locale.ROOT,
          "not enough memory: the heap is limited to %.1f GiB; allow more with"
              + " CIRR_JAVA_OPTS=-Xmx...g, or use a smaller image",
          Runtime.getRuntime().maxMemory() / (double) (1L << 30));
    }
    if (thrown instanceof NoSuchFileException missing) {
      String reason = missing.getReason();
      return missing.getFile() + ": " + (reason != null ? reason : "no such file");
    }
    if (thrown instanceof AccessDeniedException denied) {
      return denied.getFile() + ": permission denied";
    }
    if (thrown instanceof UncheckedIOException && thrown.getCause() != null) {
      return describe(thrown.getCause());
    }
    if (code(thrown) == ExitCode.DEFECT) {
      return "a defect of cirr, please report it with the output of --verbose: "
          + oneLine(thrown.toString());
    }
    String message = thrown.getMessage();
    return oneLine(message != null ? message : thrown.toString());
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /** Makes the commands and hands them what a process has and a test has not. */
  private record Commands(OpenedModel.Opener opener, Terminal terminal, BooleanSupplier cancelled)
      implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      if (type == SegmentCommand.class) {
        return type.cast(new SegmentCommand(opener, terminal, cancelled));
      }
      if (type == MetricsCommand.class) {
        return type.cast(new MetricsCommand(cancelled));
      }
      if (type == RadiomicsCommand.class) {
        return type.cast(new RadiomicsCommand(cancelled));
      }
      if (type == PlanCommand.class) {
        return type.cast(new PlanCommand(terminal, cancelled));
      }
      if (type == TrainCommand.class) {
        return type.cast(new TrainCommand(terminal, cancelled));
      }
      if (type == PseudoLabelCommand.class) {
        return type.cast(new PseudoLabelCommand(opener, terminal, cancelled));
      }
      if (type == PhantomCommand.class) {
        return type.cast(new PhantomCommand(cancelled));
      }
      if (type == DemoCommand.class) {
        return type.cast(new DemoCommand(opener, terminal, cancelled));
      }
      if (type == PreviewCommand.class) {
        return type.cast(new PreviewCommand());
      }
      if (type == ExportCommand.class) {
        return type.cast(new ExportCommand());
      }
      if (type == InfoCommand.class) {
        return type.cast(new InfoCommand());
      }
      if (type == Main.class) {
        return type.cast(Main.create());
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
