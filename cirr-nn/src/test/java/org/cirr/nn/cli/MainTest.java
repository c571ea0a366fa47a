package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.cirr.backend.Backends;
import org.cirr.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class MainTest {
  private final FakeModel model = new FakeModel("MR");

  @Test
  void theVersionIsThatOfTheJars() {
    FakeModel.Ended ended = model.call("--version");
    assertEquals(0, ended.code());
    assertTrue(ended.out().matches("cirr \\d+\\.\\d+\\.\\d+\\S*\\R"), ended.out());
    assertEquals("", ended.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"segment", "pseudo-label", "info"})
  void theHelpOfACommandListsEveryOptionAndAnExample(String command) {
    String help = model.call("help", command).out();
    assertEquals(help, model.call(command, "--help").out());
    assertTrue(help.contains("Example"), help);
    Object asked =
        switch (command) {
          case "info" -> new InfoCommand();
          case "segment" -> new SegmentCommand(OpenedModel::open, Terminal.NONE, () -> false);
          default -> new PseudoLabelCommand(OpenedModel::open, Terminal.NONE, () -> false);
        };
    CommandLine line = new CommandLine(asked);
    for (OptionSpec option : line.getCommandSpec().options()) {
      assertFalse(option.hidden(), option.longestName());
      assertTrue(help.contains(option.longestName()), option.longestName() + "\n" + help);
      assertTrue(option.description().length > 0, option.longestName());
      if (option.arity().max() > 0
          && !option.required()
          && !option.longestName().equals("--json")
          && !option.longestName().startsWith("--pr")
          && option.typeInfo().getType() != boolean.class) {
        assertTrue(option.description()[0].contains("Default: "), option.longestName());
      }
    }
  }

  @Test
  void theHelpListsEveryCommand() {
    String help = model.call("help").out();
    for (String command :
        List.of(
            "segment",
            "metrics",
            "radiomics",
            "plan",
            "train",
            "pseudo-label",
            "phantom",
            "info",
            "help")) {
      assertTrue(help.contains("\n  " + command + " "), command + "\n" + help);
    }
  }

  @Test
  void theHelpNamesTheExitCodes() {
    assertTrue(model.call("help").out().contains("4 bad input"));
    assertEquals(0, model.call("help").code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "|cirr: a command is missing (see 'cirr help')",
        "segmnt|cirr: Unmatched argument at index 0: 'segmnt'; did you mean segment? (see 'cirr"
            + " help')",
        "segment -m M -i S --fold 0|cirr: Unknown options: '--fold', '0'; did you mean --folds?"
            + " (see 'cirr help segment')",
        "segment -m M|cirr: Missing required option: '--input=SCAN' (see 'cirr help segment')",
        "segment -m M -i S --step 2|cirr: --step is above 0 and at most 1, got 2.0 (see 'cirr help"
            + " segment')",
        "segment -m M -i S --step x|cirr: Invalid value for option '--step': 'x' is not a double"
            + " (see 'cirr help segment')",
        "segment -m M -i S --threads 0|cirr: --threads is 1 or more, got 0 (see 'cirr help"
            + " segment')",
        "segment -m M -i S --folds 0,x|cirr: --folds takes numbers or 'all', got 'x' (see 'cirr"
            + " help segment')",
        "segment -m M -i S --parity 3|cirr: Invalid value for option '--parity': '3' is none of"
            + " nnunet-2.8, nnunet-2.2 (see 'cirr help segment')",
        "segment -m M -i S --precision half|cirr: Invalid value for option '--precision': expected"
            + " one of [REFERENCE, FLOAT32, TF32, BF16] (case-insensitive) but was 'half' (see 'cirr"
            + " help segment')",
        "info|cirr: name a file, a model folder, or --backends (see 'cirr help info')"
      })
  void aWrongCallIsOneLineAndCodeTwo(String callAndError) {
    String[] parts = callAndError.split("\\|");
    String[] args = parts[0].isEmpty() ? new String[0] : parts[0].split(" ");
    FakeModel.Ended ended = model.call(args);
    assertEquals(parts[1], ended.err().strip());
    assertEquals(2, ended.code());
    assertEquals("", ended.out());
  }

  @Test
  void theBackendsAreListedWithOneChosen() {
    FakeModel.Ended ended = model.call("info", "--backends");
    assertEquals(0, ended.code(), ended.err());
    // Without the Vector API it is scalar that is chosen.
    String mark = Backends.auto().name().equals("scalar") ? "\\* " : "  ";
    assertTrue(
        ended.out().lines().anyMatch(line -> line.matches(mark + "scalar  available .*; float32")),
        ended.out());
    assertEquals(1, ended.out().lines().filter(line -> line.matches("\\* (?!is the).*")).count());
  }

  @Test
  void infoOnAMissingFileIsBadInput() {
    FakeModel.Ended ended = model.call("info", "nowhere.nii.gz");
    assertEquals("cirr: nowhere.nii.gz: no such file", ended.err().strip());
    assertEquals(4, ended.code());
  }

  @Test
  void infoDescribesAModelFolder() {
    Path folder = Shared.require("goldens/nnunet/models/regions");
    FakeModel.Ended ended = model.call("info", folder.toString());
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.out().contains("patch [20, 112, 112] at [7.0, 1.5, 1.5] mm"), ended.out());
    assertTrue(ended.out().contains("folds      0\n"), ended.out());
    assertTrue(ended.out().contains("label    1 liver\n"), ended.out());
  }

  @Test
  void infoDescribesAnImage() {
    Path scan = Shared.require("data/chaos-t2/image_19.nii.gz");
    FakeModel.Ended ended = model.call("info", scan.toString());
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.out().contains("256 × 256 × 36"), ended.out());
  }

  @Test
  void infoOnAFolderWithoutAModelSaysWhatIsMissing(@TempDir Path folder) {
    FakeModel.Ended ended = model.call("info", folder.toString());
    assertEquals(
        "cirr: "
            + folder
            + ": plans.json is missing; name a folder that holds plans.json, dataset.json and"
            + " fold_0",
        ended.err().strip());
    assertEquals(4, ended.code());
  }
}
